#include "descriptors.h"

#include <err.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/resource.h>

void descriptors_allow(uint64_t needed) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) err(EXIT_FAILURE, "getrlimit(RLIMIT_NOFILE)");
  if (limit.rlim_cur >= needed) return;
  if (limit.rlim_max < needed) {
    errx(EXIT_FAILURE, "%" PRIu64 " open descriptors are needed but the hard limit is %" PRIu64 "; raise it with ulimit -Hn", needed,
         (uint64_t)limit.rlim_max);
  }
  limit.rlim_cur = needed;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) err(EXIT_FAILURE, "setrlimit(RLIMIT_NOFILE)");
}
