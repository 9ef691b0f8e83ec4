#include "syscalls.h"

#include <inttypes.h>

struct syscalls syscalls;

static void write_count(const char *name, uint64_t count, FILE *out) {
  if (count > 0) fprintf(out, ",\"%s\":%" PRIu64, name, count);
}

void syscalls_write_json(const struct syscalls *counts, uint64_t requests, FILE *out) {
#define ADD(name) +counts->name
  fprintf(out, "{\"syscalls\":{\"total\":%" PRIu64, (uint64_t)0 SYSCALLS(ADD));
#undef ADD
#define WRITE(name) write_count(#name, counts->name, out);
  SYSCALLS(WRITE)
#undef WRITE
  fprintf(out, "},\"requests\":%" PRIu64 "}\n", requests);
}
