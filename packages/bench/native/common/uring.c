#include "uring.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

// From the cheapest for one thread that waits in io_uring_enter down to the least that the programs need. A kernel that accepts
// COOP_TASKRUN (5.19) also has what they use without asking: rings in one mapping, completions that are never dropped,
// CQE_SKIP_SUCCESS, POLL_FIRST and multishot accept.
static const uint32_t setup_flags[] = {
    IORING_SETUP_SUBMIT_ALL | IORING_SETUP_COOP_TASKRUN | IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN,
    IORING_SETUP_SUBMIT_ALL | IORING_SETUP_COOP_TASKRUN | IORING_SETUP_SINGLE_ISSUER,
    IORING_SETUP_SUBMIT_ALL | IORING_SETUP_COOP_TASKRUN,
};

static int setup(uint32_t sq_entries, uint32_t cq_entries, struct io_uring_params *params) {
  int fd = -1;
  for (size_t i = 0; i < sizeof setup_flags / sizeof *setup_flags; i++) {
    memset(params, 0, sizeof *params);
    params->flags = IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP | setup_flags[i];
    // A completion queue smaller than the submission queue is refused.
    params->cq_entries = cq_entries > sq_entries ? cq_entries : sq_entries;
    fd = (int)syscall(SYS_io_uring_setup, sq_entries, params);
    if (fd >= 0 || errno != EINVAL) break;
  }
  return fd;
}

static int map(struct uring *ring, const struct io_uring_params *params) {
  size_t sq_bytes = params->sq_off.array + params->sq_entries * sizeof(uint32_t);
  size_t cq_bytes = params->cq_off.cqes + params->cq_entries * sizeof(struct io_uring_cqe);
  ring->rings_bytes = sq_bytes > cq_bytes ? sq_bytes : cq_bytes;
  ring->sqes_bytes = params->sq_entries * sizeof(struct io_uring_sqe);
  const int protection = PROT_READ | PROT_WRITE, flags = MAP_SHARED | MAP_POPULATE;
  char *rings = mmap(NULL, ring->rings_bytes, protection, flags, ring->fd, IORING_OFF_SQ_RING);
  if (rings == MAP_FAILED) return errno;
  void *sqes = mmap(NULL, ring->sqes_bytes, protection, flags, ring->fd, IORING_OFF_SQES);
  if (sqes == MAP_FAILED) {
    int error = errno;
    munmap(rings, ring->rings_bytes);
    return error;
  }
  ring->rings = rings;
  ring->sqes = sqes;
  ring->sq_head = (uint32_t *)(void *)(rings + params->sq_off.head);
  ring->sq_tail = (uint32_t *)(void *)(rings + params->sq_off.tail);
  ring->sq_mask = params->sq_entries - 1;
  ring->cq_head = (uint32_t *)(void *)(rings + params->cq_off.head);
  ring->cq_tail = (uint32_t *)(void *)(rings + params->cq_off.tail);
  ring->cq_mask = params->cq_entries - 1;
  ring->cqes = (struct io_uring_cqe *)(void *)(rings + params->cq_off.cqes);
  // Entries are used in order: slot i of the queue is entry i, for good.
  uint32_t *array = (uint32_t *)(void *)(rings + params->sq_off.array);
  for (uint32_t i = 0; i < params->sq_entries; i++) array[i] = i;
  return 0;
}

int uring_open(struct uring *ring, uint32_t sq_entries, uint32_t cq_entries) {
  struct io_uring_params params;
  *ring = (struct uring){.fd = setup(sq_entries, cq_entries, &params)};
  if (ring->fd < 0) return errno;
  int error = map(ring, &params);
  if (error != 0) close(ring->fd);
  return error;
}

void uring_close(struct uring *ring) {
  munmap(ring->sqes, ring->sqes_bytes);
  munmap(ring->rings, ring->rings_bytes);
  close(ring->fd);
}

// 0, 1 or 2; -1 where the kernel has no such setting (before 6.6).
static int io_uring_disabled(void) {
  char digit = '\0';
  int fd = open("/proc/sys/kernel/io_uring_disabled", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  ssize_t length = read(fd, &digit, 1);
  close(fd);
  return length == 1 ? digit - '0' : -1;
}

const char *uring_explain(int error) {
  switch (error) {
    case EPERM:
      return io_uring_disabled() > 0
                 ? "EPERM: kernel.io_uring_disabled forbids it; `sysctl kernel.io_uring_disabled=0` allows it"
                 : "EPERM: a seccomp filter forbids it, as container runtimes' default profiles do; allow io_uring_setup and "
                   "io_uring_enter in the profile";
    case EACCES:
      return "EACCES: a seccomp filter or a security module forbids it; allow io_uring_setup and io_uring_enter";
    case ENOSYS:
      return "ENOSYS: this kernel has none (it takes Linux 5.19 or later with CONFIG_IO_URING), or a seccomp filter hides it";
    case ENOMEM:
      return "ENOMEM: no memory for the rings; raise the limit on locked memory (ulimit -l) or free some memory";
    case EINVAL:
      return "EINVAL: this kernel's io_uring is too old; it takes Linux 5.19 or later";
    default:
      return strerror(error);
  }
}

void uring_open_or_exit(struct uring *ring, uint32_t sq_entries, uint32_t cq_entries) {
  int error = uring_open(ring, sq_entries, cq_entries);
  if (error != 0) errx(2, "io_uring is not available here: %s", uring_explain(error));
}

// Returns what io_uring_enter(2) returned, or -errno.
static int enter(struct uring *ring, uint32_t minimum, uint32_t flags) {
  // What the kernel has not taken yet: also the rest of a submission that it took in part.
  uint32_t to_submit = ring->sq_next - __atomic_load_n(ring->sq_head, __ATOMIC_ACQUIRE);
  __atomic_store_n(ring->sq_tail, ring->sq_next, __ATOMIC_RELEASE);
  ring->enters++;
  int result = (int)syscall(SYS_io_uring_enter, ring->fd, to_submit, minimum, flags, NULL, 0);
  return result < 0 ? -errno : result;
}

void uring_reserve(struct uring *ring, uint32_t count) {
  while (ring->sq_next - __atomic_load_n(ring->sq_head, __ATOMIC_ACQUIRE) + count > ring->sq_mask + 1) {
    int result = enter(ring, 0, 0);
    if (result < 0 && result != -EINTR) errx(EXIT_FAILURE, "io_uring_enter: %s", strerror(-result));
  }
}

struct io_uring_sqe *uring_sqe(struct uring *ring) {
  uring_reserve(ring, 1);
  struct io_uring_sqe *sqe = &ring->sqes[ring->sq_next & ring->sq_mask];
  ring->sq_next++;
  memset(sqe, 0, sizeof *sqe);
  return sqe;
}

void uring_submit_and_wait(struct uring *ring, uint32_t minimum) {
  int result = enter(ring, minimum, IORING_ENTER_GETEVENTS);
  if (result >= 0 || result == -EAGAIN || result == -EBUSY || result == -EINTR) return;
  errx(EXIT_FAILURE, "io_uring_enter: %s", strerror(-result));
}
