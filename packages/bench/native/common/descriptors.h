// The limit on open descriptors: the soft limit is commonly 1024, below what thousands of connections need.
#ifndef POLLAB_DESCRIPTORS_H
#define POLLAB_DESCRIPTORS_H

#include <stdint.h>

// Raises the soft limit so that `needed` descriptors can be open, or ends the program with a message that says what to change.
void descriptors_allow(uint64_t needed);

// The same as far as the hard limit goes: for what can do with fewer.
void descriptors_allow_up_to(uint64_t wanted);

#endif
