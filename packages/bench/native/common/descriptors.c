#include "descriptors.h"

#include <err.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/resource.h>

static struct rlimit limits(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) err(EXIT_FAILURE, "getrlimit(RLIMIT_NOFILE)");
  return limit;
}

void descriptors_allow(uint64_t needed) {
  uint64_t hard = limits().rlim_max;
  if (hard < needed) {
    errx(EXIT_FAILURE, "%" PRIu64 " open descriptors are needed but the hard limit is %" PRIu64 "; raise it with ulimit -Hn", needed,
         hard);
  }
  descriptors_allow_up_to(needed);
}

void descriptors_allow_up_to(uint64_t wanted) {
  struct rlimit limit = limits();
  if (limit.rlim_cur >= wanted) return;
  limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) err(EXIT_FAILURE, "setrlimit(RLIMIT_NOFILE)");
}
