#include "core.h"

#include <errno.h>
#include <linux/time_types.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* IORING_REGISTER_RING_FDS, IORING_UNREGISTER_RING_FDS and IORING_ENTER_REGISTERED_RING, Linux 5.18. */
enum { REGISTER_RING_FDS = 20, UNREGISTER_RING_FDS = 21, ENTER_REGISTERED_RING = 1 << 4 };

/* IORING_REGISTER_SYNC_CANCEL and IORING_ASYNC_CANCEL_ANY, Linux 6.0. */
enum { REGISTER_SYNC_CANCEL = 24, CANCEL_ANY = 1 << 2 };

/* struct io_uring_rsrc_update. */
struct registration {
  uint32_t offset;
  uint32_t reserved;
  uint64_t data;
};

struct sync_cancel {
  uint64_t addr;
  int32_t fd;
  uint32_t flags;
  struct __kernel_timespec timeout;
  uint64_t pad[4];
};

/* struct io_uring_getevents_arg, Linux 5.11. */
struct wait_argument {
  uint64_t sigmask;
  uint32_t sigmask_bytes;
  uint32_t pad;
  uint64_t timeout;
};

static const int64_t NS_PER_S = 1000000000;

static struct __kernel_timespec timespec_of(int64_t ns) {
  return (struct __kernel_timespec){.tv_sec = ns / NS_PER_S, .tv_nsec = ns % NS_PER_S};
}

/* Where the kernel cannot, or this thread has registered 16 already, the descriptor itself serves. */
static void register_for_enter(struct uring *uring) {
  struct registration registration = {.offset = UINT32_MAX, .data = (uint64_t)uring->fd};
  if (syscall(__NR_io_uring_register, uring->fd, REGISTER_RING_FDS, &registration, 1) != 1) return;
  uring->enter_fd = registration.offset;
  uring->enter_flags = ENTER_REGISTERED_RING;
}

static size_t larger(size_t a, size_t b) {
  return a > b ? a : b;
}

int uring_open(struct uring *uring, uint32_t sq_entries, uint32_t cq_entries, uint32_t flags, uint32_t sq_thread_idle_ms) {
  struct io_uring_params params;
  memset(&params, 0, sizeof params);
  params.flags = flags;
  params.cq_entries = flags & IORING_SETUP_CQSIZE ? cq_entries : 0;
  params.sq_thread_idle = flags & IORING_SETUP_SQPOLL ? sq_thread_idle_ms : 0;
  int fd = (int)syscall(__NR_io_uring_setup, sq_entries, &params);
  if (fd < 0) return -errno;
  if (!(params.features & IORING_FEAT_SINGLE_MMAP)) {
    close(fd);
    return -ENOTSUP;
  }

  const size_t sq_bytes = params.sq_off.array + (size_t)params.sq_entries * sizeof(uint32_t);
  const size_t cq_bytes = params.cq_off.cqes + (size_t)params.cq_entries * sizeof(struct io_uring_cqe);
  const size_t ring_bytes = larger(sq_bytes, cq_bytes);
  const size_t sqes_bytes = (size_t)params.sq_entries * sizeof(struct io_uring_sqe);
  const int protection = PROT_READ | PROT_WRITE;

  void *ring = mmap(NULL, ring_bytes, protection, MAP_SHARED | MAP_POPULATE, fd, IORING_OFF_SQ_RING);
  if (ring == MAP_FAILED) {
    const int error = errno;
    close(fd);
    return -error;
  }
  void *sqes = mmap(NULL, sqes_bytes, protection, MAP_SHARED | MAP_POPULATE, fd, IORING_OFF_SQES);
  if (sqes == MAP_FAILED) {
    const int error = errno;
    munmap(ring, ring_bytes);
    close(fd);
    return -error;
  }
  *uring = (struct uring){fd, (uint32_t)fd, 0, ring, ring_bytes, sqes, sqes_bytes, params};
  register_for_enter(uring);
  return 0;
}

int uring_enter(const struct uring *uring, uint32_t to_submit, uint32_t min_complete, uint32_t flags, int64_t timeout_ns) {
  const uint32_t fd = uring->enter_fd;
  flags |= uring->enter_flags;
  if (timeout_ns < 0) {
    const long entered = syscall(__NR_io_uring_enter, fd, to_submit, min_complete, flags, NULL, 0);
    return entered < 0 ? -errno : (int)entered;
  }
  struct __kernel_timespec timeout = timespec_of(timeout_ns);
  struct wait_argument argument = {.timeout = (uint64_t)(uintptr_t)&timeout};
  const long entered =
      syscall(__NR_io_uring_enter, fd, to_submit, min_complete, flags | IORING_ENTER_EXT_ARG, &argument, sizeof argument);
  return entered < 0 ? -errno : (int)entered;
}

int uring_cancel_all(const struct uring *uring, int64_t timeout_ns) {
  struct sync_cancel cancel;
  memset(&cancel, 0, sizeof cancel);
  cancel.fd = -1;
  cancel.flags = CANCEL_ANY;
  cancel.timeout = timespec_of(timeout_ns);
  if (syscall(__NR_io_uring_register, uring->fd, REGISTER_SYNC_CANCEL, &cancel, 1) >= 0) return 0;
  /* ENOENT: there was nothing to cancel. */
  return errno == ENOENT ? 0 : -errno;
}

static uint32_t *index_at(const struct uring *uring, uint32_t offset) {
  return (uint32_t *)(void *)((char *)uring->ring + offset);
}

void uring_close_results(const struct uring *uring) {
  const struct io_uring_cqe *cqes = (const void *)((const char *)uring->ring + uring->params.cq_off.cqes);
  const uint32_t tail = __atomic_load_n(index_at(uring, uring->params.cq_off.tail), __ATOMIC_ACQUIRE);
  uint32_t head = *index_at(uring, uring->params.cq_off.head);
  /* The indices are in memory that others write, too: whatever they say, no entry is looked at twice. */
  for (uint32_t left = uring->params.cq_entries; head != tail && left > 0; head++, left--) {
    const struct io_uring_cqe *cqe = &cqes[head & (uring->params.cq_entries - 1)];
    const uint32_t tag = (uint32_t)cqe->user_data;
    /* The sign bit is that of messages between rings, which are no operations. */
    if (tag >> 31 == 0 && (tag & URING_DESCRIPTOR_RESULT) != 0 && cqe->res >= 0) close(cqe->res);
  }
}

void uring_close(struct uring *uring) {
  if (uring->enter_flags & ENTER_REGISTERED_RING) {
    /* A registered ring would stay open after its descriptor. */
    struct registration registration = {.offset = uring->enter_fd};
    syscall(__NR_io_uring_register, uring->fd, UNREGISTER_RING_FDS, &registration, 1);
  }
  munmap(uring->sqes, uring->sqes_bytes);
  munmap(uring->ring, uring->ring_bytes);
  close(uring->fd);
  *uring = (struct uring){.fd = -1};
}
