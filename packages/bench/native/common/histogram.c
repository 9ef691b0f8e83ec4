#include "histogram.h"

#include <inttypes.h>

uint64_t histogram_lowest_ns(size_t bucket) {
  size_t row = bucket >> HISTOGRAM_PRECISION_BITS;
  if (row <= 1) return bucket;
  uint64_t in_row = (bucket & ((1u << HISTOGRAM_PRECISION_BITS) - 1)) + (1u << HISTOGRAM_PRECISION_BITS);
  return in_row << (row - 1);
}

void histogram_write_json(const struct histogram *histogram, FILE *out) {
  const char *separator = "";
  fputs("{\"lowestNs\":[", out);
  for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
    if (histogram->counts[i] == 0) continue;
    fprintf(out, "%s%" PRIu64, separator, histogram_lowest_ns(i));
    separator = ",";
  }
  separator = "";
  fputs("],\"counts\":[", out);
  for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
    if (histogram->counts[i] == 0) continue;
    fprintf(out, "%s%" PRIu64, separator, histogram->counts[i]);
    separator = ",";
  }
  fprintf(out, "],\"maxNs\":%" PRIu64 "}", histogram->max_ns);
}
