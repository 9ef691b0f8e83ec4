// Intervals between independent arrivals: exponentially distributed, from uniform numbers. Relies on nothing, not even the mathematical
// library.
#ifndef POLLAB_INTERVAL_H
#define POLLAB_INTERVAL_H

#include <stdint.h>

// -ln(numerator / 2^32), of a numerator from 1 on: in units of the mean, the interval that belongs to this uniform number.
static inline double interval_of_uniform(uint32_t numerator) {
  // numerator = mantissa * 2^(32 - halvings), with the mantissa in [1/2, 1).
  int halvings = __builtin_clz(numerator);
  double mantissa = (double)((uint64_t)numerator << halvings) / 4294967296.0;
  // -ln(m) = 2 artanh((1 - m) / (1 + m)), whose argument is at most 1/3: twelve terms are exact to 1e-12.
  double z = (1 - mantissa) / (1 + mantissa), power = z, sum = 0;
  for (int odd = 1; odd < 24; odd += 2) {
    sum += power / odd;
    power *= z * z;
  }
  return 2 * sum + halvings * 0.69314718055994530942;
}

#endif
