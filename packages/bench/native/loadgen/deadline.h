// The deadline of the whole program: a timer signal that makes a blocked system call return with EINTR. It repeats after it has
// expired, so that a call which begins just after the first signal is interrupted too.
#ifndef POLLAB_DEADLINE_H
#define POLLAB_DEADLINE_H

#include <stdint.h>

// Starts the timer.
void deadline_start(uint64_t timeout_s);

// To be called when a system call was interrupted: does nothing unless the deadline has passed, otherwise ends the program with
// exit code 1 and the message.
void deadline_check(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
