// A log-linear histogram of nanoseconds (HdrHistogram's layout): every power of two is cut into 64 equal buckets, so that a
// bucket is at most 1/64 as wide as the values in it, from 1 ns to 137 s. Recording is a few instructions and never allocates.
#ifndef POLLAB_HISTOGRAM_H
#define POLLAB_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum {
  HISTOGRAM_PRECISION_BITS = 6,
  HISTOGRAM_RANGE_BITS = 37,  // 2^37 ns = 137 s
  HISTOGRAM_BUCKETS = (HISTOGRAM_RANGE_BITS - HISTOGRAM_PRECISION_BITS + 1) << HISTOGRAM_PRECISION_BITS,
};

struct histogram {
  uint64_t counts[HISTOGRAM_BUCKETS];
  uint64_t max_ns;  // exact, also beyond the range
};

// The bucket of a value. Values beyond the range share the last bucket.
static inline size_t histogram_bucket(uint64_t value_ns) {
  const uint64_t range_end = (uint64_t)1 << HISTOGRAM_RANGE_BITS;
  if (value_ns >= range_end) return HISTOGRAM_BUCKETS - 1;
  if (value_ns < (1u << HISTOGRAM_PRECISION_BITS)) return (size_t)value_ns;
  unsigned exponent = 63u - (unsigned)__builtin_clzll(value_ns) - HISTOGRAM_PRECISION_BITS;
  // The shifted value still has its leading bit, worth one row of 64 buckets: it makes up for the missing +1 on the exponent.
  return ((size_t)exponent << HISTOGRAM_PRECISION_BITS) + (size_t)(value_ns >> exponent);
}

static inline void histogram_record(struct histogram *histogram, uint64_t value_ns) {
  histogram->counts[histogram_bucket(value_ns)]++;
  if (value_ns > histogram->max_ns) histogram->max_ns = value_ns;
}

// The lowest value of a bucket.
uint64_t histogram_lowest_ns(size_t bucket);

// Writes {"lowestNs":[..],"counts":[..],"maxNs":..} with the filled buckets only.
void histogram_write_json(const struct histogram *histogram, FILE *out);

#endif
