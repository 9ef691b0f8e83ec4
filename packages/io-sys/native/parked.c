// Parked threads: see parked.h.
#include "parked.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "descriptors.h"

typedef struct parked {
  int event_fd;
  uint32_t thread;
} parked;

static const size_t FIRST_CAPACITY = 16;

// The lock also keeps an eventfd from being closed, and its number from being reused, while it is being signalled.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static parked *entries;
static size_t count, capacity;
static _Atomic int32_t leaving;

// JavaScript reads the word as a plain int32.
_Static_assert(sizeof leaving == sizeof(int32_t), "an atomic int32 is the size of a plain one");

int parked_register(int event_fd, uint32_t thread) {
  pthread_mutex_lock(&lock);
  int outcome = 0;
  if (count == capacity) {
    size_t grown = capacity == 0 ? FIRST_CAPACITY : capacity * 2;
    parked *moved = realloc(entries, grown * sizeof *moved);
    if (moved == NULL) {
      outcome = -ENOMEM;
    } else {
      entries = moved;
      capacity = grown;
    }
  }
  if (outcome == 0) entries[count++] = (parked){event_fd, thread};
  pthread_mutex_unlock(&lock);
  return outcome;
}

int parked_unregister(int event_fd) {
  pthread_mutex_lock(&lock);
  int outcome = -ENOENT;
  for (size_t i = 0; i < count; i++) {
    if (entries[i].event_fd != event_fd) continue;
    entries[i] = entries[--count];
    outcome = 0;
    break;
  }
  if (count == 0) {
    free(entries);
    entries = NULL;
    capacity = 0;
  }
  pthread_mutex_unlock(&lock);
  return outcome;
}

static int signal_where(bool everyone, uint32_t thread) {
  int signalled = 0;
  pthread_mutex_lock(&lock);
  for (size_t i = 0; i < count; i++) {
    if ((everyone || entries[i].thread == thread) && event_signal(entries[i].event_fd) == 0) signalled++;
  }
  pthread_mutex_unlock(&lock);
  return signalled;
}

int parked_signal(uint32_t thread) {
  return signal_where(false, thread);
}

int parked_release(void) {
  // Before the signals: who wakes by one finds the word set.
  leaving = 1;
  return signal_where(true, 0);
}

int32_t *parked_leaving(void) {
  return (int32_t *)&leaving;
}
