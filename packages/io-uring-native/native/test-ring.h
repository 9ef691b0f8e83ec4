/*
 * What the test programs have in common: entries written and completions read as JavaScript does it, and a check that says what failed.
 */
#ifndef POLLAB_URING_TEST_RING_H
#define POLLAB_URING_TEST_RING_H

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core.h"

#define CHECK(condition) check((condition), #condition, __FILE__, __LINE__)

static inline void check(bool holds, const char *condition, const char *file, int line) {
  if (holds) return;
  fprintf(stderr, "%s:%d: %s does not hold\n", file, line, condition);
  exit(1);
}

static inline uint32_t *word(const struct uring *uring, uint32_t offset) {
  return (uint32_t *)(void *)((char *)uring->ring + offset);
}

static inline struct io_uring_sqe *push(struct uring *uring, uint64_t user_data) {
  uint32_t *tail = word(uring, uring->params.sq_off.tail);
  const uint32_t entry = *tail & (uring->params.sq_entries - 1);
  struct io_uring_sqe *sqe = (struct io_uring_sqe *)uring->sqes + entry;
  memset(sqe, 0, sizeof *sqe);
  sqe->user_data = user_data;
  word(uring, uring->params.sq_off.array)[entry] = entry;
  __atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
  return sqe;
}

struct completion {
  uint64_t user_data;
  int32_t res;
  uint32_t flags;
};

/* The next completion; there must be one. */
static inline struct completion pop(struct uring *uring) {
  uint32_t *head = word(uring, uring->params.cq_off.head);
  CHECK(*head != __atomic_load_n(word(uring, uring->params.cq_off.tail), __ATOMIC_ACQUIRE));
  const struct io_uring_cqe *cqes = (void *)((char *)uring->ring + uring->params.cq_off.cqes);
  const struct io_uring_cqe *cqe = &cqes[*head & (uring->params.cq_entries - 1)];
  const struct completion completion = {cqe->user_data, cqe->res, cqe->flags};
  __atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
  return completion;
}

/* Submits one entry and returns its completion. */
static inline struct completion complete(struct uring *uring) {
  CHECK(uring_enter(uring, 1, 1, IORING_ENTER_GETEVENTS, 1000000000) == 1);
  return pop(uring);
}

#endif
