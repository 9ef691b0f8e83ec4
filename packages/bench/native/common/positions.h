// The block positions of the random file reads: xorshift32 (Marsaglia, "Xorshift RNGs", 2003), scaled to the number of blocks by
// the high half of a product. Every contender, in C and in JavaScript, reads the same sequence for the same seed; it runs on from
// the warm-up into the measured reads.
#ifndef POLLAB_POSITIONS_H
#define POLLAB_POSITIONS_H

#include <stdint.h>

struct positions {
  uint32_t state;
  uint32_t blocks;
};

// Zero is the one state that xorshift never leaves, so seed 0 means seed 1.
static inline struct positions positions_start(uint32_t seed, uint32_t blocks) {
  return (struct positions){seed == 0 ? 1 : seed, blocks};
}

// The next block number, below `blocks`.
static inline uint32_t positions_next(struct positions *positions) {
  uint32_t x = positions->state;
  x ^= x << 13;
  x ^= x >> 17;
  x ^= x << 5;
  positions->state = x;
  return (uint32_t)(((uint64_t)x * positions->blocks) >> 32);
}

#endif
