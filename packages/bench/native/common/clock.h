// The wall clock of every measurement: CLOCK_MONOTONIC, which the vDSO answers without a system call (vdso(7)).
#ifndef POLLAB_CLOCK_H
#define POLLAB_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline uint64_t nanoseconds(struct timespec time) {
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

// Cannot fail: the clock exists on every Linux and the pointer is valid (clock_gettime(2)).
static inline uint64_t now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return nanoseconds(time);
}

#endif
