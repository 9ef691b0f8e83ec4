// Owned descriptors: see owned.h.
#include "owned.h"

#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "descriptors.h"
#include "parked.h"
#include "signals.h"

static const size_t FIRST_CAPACITY = 64;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
// By descriptor: the owner, or NULL. Numbers are given out from the lowest, so the table is dense.
static const void **owners;
static size_t capacity;

// Under the lock.
static int make_room(size_t fd) {
  if (fd < capacity) return 0;
  size_t grown = capacity == 0 ? FIRST_CAPACITY : capacity;
  while (grown <= fd) grown *= 2;
  const void **moved = realloc(owners, grown * sizeof *moved);
  if (moved == NULL) return -ENOMEM;
  memset(moved + capacity, 0, (grown - capacity) * sizeof *moved);
  owners = moved;
  capacity = grown;
  return 0;
}

int owned_adopt(int fd, const void *owner) {
  pthread_mutex_lock(&lock);
  const int outcome = make_room((size_t)fd);
  if (outcome == 0) owners[fd] = owner;
  pthread_mutex_unlock(&lock);
  return outcome;
}

void owned_release(int fd) {
  pthread_mutex_lock(&lock);
  if ((size_t)fd < capacity) owners[fd] = NULL;
  pthread_mutex_unlock(&lock);
}

void owned_close_all(const void *owner) {
  // The lock is not held while closing, which may wait for a slow device. New descriptors of this owner there cannot be.
  for (size_t fd = 0;; fd++) {
    pthread_mutex_lock(&lock);
    const bool in_table = fd < capacity;
    const bool owned = in_table && owners[fd] == owner;
    if (owned) owners[fd] = NULL;
    pthread_mutex_unlock(&lock);
    if (!in_table) return;
    if (!owned) continue;
    (void)parked_unregister((int)fd);
    signal_forget((int)fd);
    (void)descriptor_close((int)fd);
  }
}
