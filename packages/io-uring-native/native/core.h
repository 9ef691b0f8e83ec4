/*
 * One io_uring instance: its descriptor, its two mappings and the calls that make, enter and end it; see registrations.h for the others. Decides nothing: which flags to try, when to enter
 * and what a completion means is the caller's business. Free of N-API, so that it is tested alone under sanitizers.
 * Relies on: the kernel's ABI of <linux/io_uring.h>; what is newer than 5.11 is declared here, because distributions ship old headers.
 */
#ifndef POLLAB_URING_CORE_H
#define POLLAB_URING_CORE_H

#include <linux/io_uring.h>
#include <stddef.h>
#include <stdint.h>

struct uring {
  int fd;
  /* What enter is called with: the descriptor, or its place among those that this thread registered, which saves a look-up. */
  uint32_t enter_fd;
  uint32_t enter_flags;
  /* Both queues' indices, the SQ's index array and the CQEs. */
  void *ring;
  size_t ring_bytes;
  void *sqes;
  size_t sqes_bytes;
  /* As the kernel returned them: granted sizes, offsets and features. */
  struct io_uring_params params;
};

/* Creates and maps an instance, for this thread alone. cq_entries counts only with IORING_SETUP_CQSIZE in flags, sq_thread_idle_ms only
 * with IORING_SETUP_SQPOLL. Returns 0, or -errno with *uring untouched; -ENOTSUP where the kernel is too old to map both queues at once
 * (before 5.4). See io_uring_setup(2). */
int uring_open(struct uring *uring, uint32_t sq_entries, uint32_t cq_entries, uint32_t flags, uint32_t sq_thread_idle_ms);

/* Submits and waits, see io_uring_enter(2). timeout_ns bounds the wait and is for IORING_ENTER_GETEVENTS; negative: no bound.
 * Returns the number of entries consumed, or -errno (-ETIME when the time passed and nothing was submitted). */
int uring_enter(const struct uring *uring, uint32_t to_submit, uint32_t min_complete, uint32_t flags, int64_t timeout_ns);

/* Cancels everything in flight and waits for its end. Returns 0 once nothing is left, -ETIME after timeout_ns, -EINVAL before
 * Linux 6.0. */
int uring_cancel_all(const struct uring *uring, int64_t timeout_ns);

/* Closes the descriptors among the results that nobody has collected: of completions whose user data has URING_DESCRIPTOR_RESULT in its
 * lower half, where the caller keeps a number below it. Nothing may be in flight, and nobody else may use the ring. */
enum { URING_DESCRIPTOR_RESULT = 1 << 30 };
void uring_close_results(const struct uring *uring);

/* Unmaps both mappings and closes the descriptor. No pointer into the mappings may be used afterwards. */
void uring_close(struct uring *uring);

#endif
