// Signals: see signals.h.
#include "signals.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "descriptors.h"

#define CAPACITY 256
#define SIGNALS 65

// Who is told of what, as one word, so that a handler never sees half of a change: the signal in the upper half, the eventfd in the
// lower one. Written under the lock, read by handlers.
typedef _Atomic uint64_t watch;

static uint64_t watch_of(int number, int event_fd) {
  return (uint64_t)(uint32_t)number << 32 | (uint32_t)event_fd;
}

static int number_of(uint64_t watch) {
  return (int)(watch >> 32);
}

#define NOBODY 0

typedef struct disposition {
  struct sigaction before; // what the handler was installed in front of; under the lock
  _Atomic(void (*)(int)) plain;
  _Atomic(void (*)(int, siginfo_t *, void *)) with_info;
} disposition;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static watch watches[CAPACITY];
static disposition dispositions[SIGNALS];
// Handlers that are running, on any thread: what they have read of `watches` may be in use until this is 0.
static atomic_int running;

// Only what is async-signal-safe: see signal-safety(7). Interrupted code must not see another errno.
static void on_signal(int number, siginfo_t *info, void *context) {
  int error = errno;
  atomic_fetch_add(&running, 1);
  for (size_t i = 0; i < CAPACITY; i++) {
    uint64_t watch = atomic_load(&watches[i]);
    if (number_of(watch) == number) (void)event_signal((int)(uint32_t)watch);
  }
  atomic_fetch_sub(&running, 1);
  void (*plain)(int) = atomic_load(&dispositions[number].plain);
  void (*with_info)(int, siginfo_t *, void *) = atomic_load(&dispositions[number].with_info);
  if (plain != NULL) plain(number);
  if (with_info != NULL) with_info(number, info, context);
  errno = error;
}

static bool is_ours(const struct sigaction *action) {
  return (action->sa_flags & SA_SIGINFO) != 0 && action->sa_sigaction == on_signal;
}

static void call_afterwards(disposition *of, const struct sigaction *before) {
  of->before = *before;
  bool once = (before->sa_flags & SA_RESETHAND) != 0;
  bool has_info = (before->sa_flags & SA_SIGINFO) != 0;
  bool is_function = has_info || (before->sa_handler != SIG_DFL && before->sa_handler != SIG_IGN);
  atomic_store(&of->plain, is_function && !has_info && !once ? before->sa_handler : NULL);
  atomic_store(&of->with_info, is_function && has_info && !once ? before->sa_sigaction : NULL);
}

// Under the lock.
static int install(int number) {
  struct sigaction now;
  if (sigaction(number, NULL, &now) < 0) return -errno;
  if (is_ours(&now)) return 0;
  // Before the handler can run.
  call_afterwards(&dispositions[number], &now);
  struct sigaction ours = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_RESTART};
  (void)sigfillset(&ours.sa_mask);
  return sigaction(number, &ours, NULL) < 0 ? -errno : 1;
}

// Under the lock.
static void uninstall(int number) {
  struct sigaction now;
  if (sigaction(number, NULL, &now) == 0 && is_ours(&now)) (void)sigaction(number, &dispositions[number].before, NULL);
}

// Under the lock.
static bool is_watched(int number) {
  for (size_t i = 0; i < CAPACITY; i++) {
    if (number_of(atomic_load(&watches[i])) == number) return true;
  }
  return false;
}

// A handler for these would return to the instruction that raised them, or cannot be installed; that of SIGCHLD is installed and
// removed by libuv with each child, without a word to anybody.
static bool can_be_watched(int number) {
  switch (number) {
    case SIGKILL: case SIGSTOP: case SIGILL: case SIGFPE: case SIGSEGV: case SIGBUS: case SIGTRAP: case SIGABRT:
    case SIGCHLD: return false;
    default: return number > 0 && number < SIGNALS;
  }
}

int signal_watch(int number, int event_fd) {
  if (!can_be_watched(number) || event_fd < 0) return -EINVAL;
  pthread_mutex_lock(&lock);
  int outcome = -ENOSPC;
  for (size_t i = 0; i < CAPACITY && outcome == -ENOSPC; i++) {
    if (atomic_load(&watches[i]) != NOBODY) continue;
    outcome = install(number);
    if (outcome < 0) break;
    atomic_store(&watches[i], watch_of(number, event_fd));
    outcome = 0;
  }
  pthread_mutex_unlock(&lock);
  return outcome;
}

int signal_unwatch(int number, int event_fd) {
  if (!can_be_watched(number)) return -ENOENT;
  pthread_mutex_lock(&lock);
  int outcome = -ENOENT;
  for (size_t i = 0; i < CAPACITY; i++) {
    if (atomic_load(&watches[i]) != watch_of(number, event_fd)) continue;
    atomic_store(&watches[i], NOBODY);
    outcome = 0;
    break;
  }
  if (outcome == 0 && !is_watched(number)) uninstall(number);
  pthread_mutex_unlock(&lock);
  // One that runs on another thread may have read the slot before it was emptied.
  while (atomic_load(&running) != 0) (void)sched_yield();
  return outcome;
}

void signal_forget(int event_fd) {
  pthread_mutex_lock(&lock);
  for (size_t i = 0; i < CAPACITY; i++) {
    const uint64_t watch = atomic_load(&watches[i]);
    if (watch == NOBODY || (int)(uint32_t)watch != event_fd) continue;
    atomic_store(&watches[i], NOBODY);
    if (!is_watched(number_of(watch))) uninstall(number_of(watch));
  }
  pthread_mutex_unlock(&lock);
  while (atomic_load(&running) != 0) (void)sched_yield();
}

int signal_rearm(int number) {
  if (!can_be_watched(number)) return 0;
  pthread_mutex_lock(&lock);
  int outcome = is_watched(number) ? install(number) : 0;
  pthread_mutex_unlock(&lock);
  return outcome > 0;
}
