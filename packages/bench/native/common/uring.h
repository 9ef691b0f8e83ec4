// io_uring by raw system calls (io_uring(7), io_uring_setup(2), io_uring_enter(2)): set-up that degrades by trying, a submission
// queue that is never full, and one call that submits and waits. One thread owns a ring and makes every call on it.
//
// Newer constants are defined here where the system's header lacks them; whether the kernel knows them is found by trying.
#ifndef POLLAB_URING_H
#define POLLAB_URING_H

#include <linux/io_uring.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef IORING_SETUP_SUBMIT_ALL  // Linux 5.18
#define IORING_SETUP_SUBMIT_ALL (1U << 7)
#endif
#ifndef IORING_SETUP_COOP_TASKRUN  // 5.19
#define IORING_SETUP_COOP_TASKRUN (1U << 8)
#endif
#ifndef IORING_SETUP_SINGLE_ISSUER  // 6.0
#define IORING_SETUP_SINGLE_ISSUER (1U << 12)
#endif
#ifndef IORING_SETUP_DEFER_TASKRUN  // 6.1
#define IORING_SETUP_DEFER_TASKRUN (1U << 13)
#endif
#ifndef IOSQE_CQE_SKIP_SUCCESS  // 5.17
#define IOSQE_CQE_SKIP_SUCCESS (1U << 6)
#endif
#ifndef IORING_RECVSEND_POLL_FIRST  // 5.19
#define IORING_RECVSEND_POLL_FIRST (1U << 0)
#endif
#ifndef IORING_ACCEPT_MULTISHOT  // 5.19
#define IORING_ACCEPT_MULTISHOT (1U << 0)
#endif
#ifndef IORING_CQE_F_MORE  // 5.13
#define IORING_CQE_F_MORE (1U << 1)
#endif
#ifndef IORING_CQE_F_SOCK_NONEMPTY  // 5.19
#define IORING_CQE_F_SOCK_NONEMPTY (1U << 2)
#endif

// What the programs read of a completion.
struct uring_completion {
  uint64_t user_data;
  int32_t result;  // as the system call would return, or -errno
  uint32_t flags;  // IORING_CQE_F_*
};

struct uring {
  int fd;
  uint64_t enters;    // system calls made by uring_sqe and uring_submit_and_wait
  // Submission queue. `sq_next` counts every entry handed out; the kernel sees those up to *sq_tail.
  uint32_t sq_next;
  uint32_t sq_mask;
  uint32_t *sq_head;
  uint32_t *sq_tail;
  struct io_uring_sqe *sqes;
  // Completion queue. `cq_next` counts every entry taken; *cq_head tells the kernel.
  uint32_t cq_next;
  uint32_t cq_mask;
  uint32_t *cq_head;
  uint32_t *cq_tail;
  struct io_uring_cqe *cqes;
  // Mappings.
  void *rings;
  size_t rings_bytes;
  size_t sqes_bytes;
};

// Creates a ring with the cheapest flags that this kernel accepts. `cq_entries` is the number of completions that may be outstanding
// without overflowing (more are kept by the kernel, at a cost). Returns 0, or an errno value for uring_explain.
int uring_open(struct uring *ring, uint32_t sq_entries, uint32_t cq_entries);

// Closes the ring. Nothing may be in flight that uses memory which is freed afterwards.
void uring_close(struct uring *ring);

// Says in words why uring_open failed and what to change.
const char *uring_explain(int error);

// uring_open, or the end of the program with exit code 2 and an explanation on stderr.
void uring_open_or_exit(struct uring *ring, uint32_t sq_entries, uint32_t cq_entries);

// Makes room for `count` entries, at most as many as the queue has: submits what is there (without waiting) if there is less. Entries
// that are linked need it, because a chain ends where a submission does (IOSQE_IO_LINK in io_uring_enter(2)).
void uring_reserve(struct uring *ring, uint32_t count);

// A cleared submission entry to fill in before the next call. When the queue is full it submits what is there (without waiting), so
// completions may appear at any call.
struct io_uring_sqe *uring_sqe(struct uring *ring);

// Submits everything and waits until at least `minimum` completions are there, in one system call. A signal ends the wait early. Ends
// the program on an error that is the caller's mistake. May return with fewer completions when the
// kernel is short of memory or of room for completions: reap, then call again.
void uring_submit_and_wait(struct uring *ring, uint32_t minimum);

// The number of completions that can be taken with uring_next.
static inline uint32_t uring_ready(const struct uring *ring) {
  return __atomic_load_n(ring->cq_tail, __ATOMIC_ACQUIRE) - ring->cq_next;
}

// Takes the next completion; only as often as uring_ready says, and gives its slot back to the kernel.
static inline struct uring_completion uring_next(struct uring *ring) {
  const struct io_uring_cqe *cqe = &ring->cqes[ring->cq_next & ring->cq_mask];
  struct uring_completion completion = {cqe->user_data, cqe->res, cqe->flags};
  ring->cq_next++;
  __atomic_store_n(ring->cq_head, ring->cq_next, __ATOMIC_RELEASE);
  return completion;
}

#endif
