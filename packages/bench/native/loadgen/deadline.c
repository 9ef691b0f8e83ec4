#include "deadline.h"

#include <err.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>

static volatile sig_atomic_t expired;
static uint64_t limit_s;

static void expire(int signal) {
  (void)signal;
  expired = 1;
}

void deadline_start(uint64_t timeout_s) {
  limit_s = timeout_s;
  // Without SA_RESTART.
  struct sigaction action = {.sa_handler = expire};
  if (sigaction(SIGALRM, &action, NULL) != 0) err(EXIT_FAILURE, "sigaction(SIGALRM)");
  struct itimerval timer = {.it_value.tv_sec = (time_t)timeout_s, .it_interval.tv_usec = 50000};
  if (setitimer(ITIMER_REAL, &timer, NULL) != 0) err(EXIT_FAILURE, "setitimer");
}

void deadline_check(const char *format, ...) {
  if (!expired) return;
  char what[256];
  va_list values;
  va_start(values, format);
  vsnprintf(what, sizeof what, format, values);
  va_end(values);
  errx(EXIT_FAILURE, "timed out after %" PRIu64 " s: %s", limit_s, what);
}
