#include "cpu-time.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"

static uint64_t timeval_ns(struct timeval time) {
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_usec * 1000u;
}

struct cpu_time cpu_time_of_self(void) {
  struct timespec total;
  struct rusage usage;
  if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &total) != 0) err(EXIT_FAILURE, "clock_gettime(CLOCK_PROCESS_CPUTIME_ID)");
  if (getrusage(RUSAGE_SELF, &usage) != 0) err(EXIT_FAILURE, "getrusage");
  return (struct cpu_time){nanoseconds(total), timeval_ns(usage.ru_utime), timeval_ns(usage.ru_stime)};
}

bool cpu_time_parse_stat(const char *stat, uint64_t *user_ticks, uint64_t *system_ticks) {
  // The second field is the program's name in parentheses and may itself hold blanks and parentheses.
  const char *after_name = strrchr(stat, ')');
  if (after_name == NULL) return false;
  return sscanf(after_name + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %" SCNu64 " %" SCNu64, user_ticks, system_ticks) == 2;
}

static bool read_stat(pid_t pid, char *text, size_t text_bytes) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  // The kernel hands out the whole line in one read.
  ssize_t length = read(fd, text, text_bytes - 1);
  int error = errno;
  close(fd);
  errno = length < 0 ? error : ESRCH;
  if (length <= 0) return false;
  text[length] = '\0';
  return true;
}

bool cpu_time_of(pid_t pid, struct cpu_time *time) {
  char stat[1024];
  uint64_t user_ticks, system_ticks;
  if (!read_stat(pid, stat, sizeof stat)) return false;
  if (!cpu_time_parse_stat(stat, &user_ticks, &system_ticks)) {
    errno = EPROTO;
    return false;
  }
  clockid_t clock;
  struct timespec total;
  int error = clock_getcpuclockid(pid, &clock);
  if (error != 0) {
    errno = error;
    return false;
  }
  if (clock_gettime(clock, &total) != 0) return false;
  uint64_t tick_ns = 1000000000u / (uint64_t)sysconf(_SC_CLK_TCK);
  *time = (struct cpu_time){nanoseconds(total), user_ticks * tick_ns, system_ticks * tick_ns};
  return true;
}

struct cpu_time cpu_time_between(struct cpu_time start, struct cpu_time end) {
  return (struct cpu_time){end.total_ns - start.total_ns, end.user_ns - start.user_ns, end.system_ns - start.system_ns};
}
