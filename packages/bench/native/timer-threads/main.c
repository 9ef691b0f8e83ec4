// timer-threads: a thread of the operating system for each timer, as a program without a timer wheel has it. Each sleeps until its time
// comes, or until all of them are ended. `timer-threads LEVEL OPERATIONS WARMUP`, as the lab's micro-benchmarks are called; one JSON line
// on stdout. Stacks are as large as they are by default: what is not used of them is not resident. Exit codes: 0 measured, 1 the machine
// gave fewer threads, 2 the command line does not allow it.
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../common/clock.h"
#include "../common/cpu-time.h"

enum { THREADS_MAX = 10000, HOUR_S = 3600 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t all_wait = PTHREAD_COND_INITIALIZER;
static pthread_cond_t ended = PTHREAD_COND_INITIALIZER;
static uint64_t waiting;
static uint64_t expected;
static bool is_over;

static void *sleep_long(void *unused) {
  (void)unused;
  struct timespec due;
  clock_gettime(CLOCK_REALTIME, &due);  // what pthread_cond_timedwait(3) counts by
  due.tv_sec += HOUR_S;
  pthread_mutex_lock(&mutex);
  if (++waiting == expected) pthread_cond_signal(&all_wait);
  while (!is_over && pthread_cond_timedwait(&ended, &mutex, &due) != ETIMEDOUT) continue;
  pthread_mutex_unlock(&mutex);
  return NULL;
}

// From proc_pid_statm(5).
static uint64_t resident_bytes(void) {
  FILE *file = fopen("/proc/self/statm", "re");
  uint64_t pages = 0;
  if (file == NULL || fscanf(file, "%*u %" SCNu64, &pages) != 1) errx(EXIT_FAILURE, "/proc/self/statm tells no resident pages");
  fclose(file);
  return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

int main(int argc, char **argv) {
  char *end = argv[0];
  uint64_t timers = argc == 4 ? strtoull(argv[2], &end, 10) : 0;
  if (timers < 1 || timers > THREADS_MAX || *end != '\0') {
    fprintf(stderr, "usage: timer-threads LEVEL OPERATIONS WARMUP, with 1 to %d operations\n", THREADS_MAX);
    return 2;
  }
  pthread_t *threads = calloc(timers, sizeof *threads);
  if (threads == NULL) err(EXIT_FAILURE, "calloc");
  expected = timers;

  uint64_t before = resident_bytes();
  struct cpu_time cpu_start = cpu_time_of_self();
  uint64_t start = now_ns();
  for (uint64_t i = 0; i < timers; i++) {
    int error = pthread_create(&threads[i], NULL, sleep_long, NULL);
    if (error != 0) errx(EXIT_FAILURE, "thread %" PRIu64 " of %" PRIu64 ": %s", i + 1, timers, strerror(error));
  }
  pthread_mutex_lock(&mutex);
  while (waiting < timers) pthread_cond_wait(&all_wait, &mutex);
  pthread_mutex_unlock(&mutex);
  uint64_t after = resident_bytes();
  uint64_t held = after > before ? after - before : 0;
  pthread_mutex_lock(&mutex);
  is_over = true;
  pthread_cond_broadcast(&ended);
  pthread_mutex_unlock(&mutex);
  for (uint64_t i = 0; i < timers; i++) pthread_join(threads[i], NULL);
  uint64_t elapsed_ns = now_ns() - start;
  struct cpu_time cpu = cpu_time_between(cpu_start, cpu_time_of_self());
  free(threads);

  printf("{\"operations\":%" PRIu64 ",\"elapsedNs\":%" PRIu64 ",\"cpuNs\":%" PRIu64 ",\"cpuUserNs\":%" PRIu64 ",\"cpuSystemNs\":%" PRIu64
         ",\"result\":%" PRIu64 ",\"counters\":{\"residentBytes\":%" PRIu64 "}}\n",
         timers, elapsed_ns, cpu.total_ns, cpu.user_ns, cpu.system_ns, waiting, held);
  if (fflush(stdout) != 0) err(EXIT_FAILURE, "stdout");
  return 0;
}
