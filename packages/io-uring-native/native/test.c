/*
 * core.c on the real kernel, under sanitizers: what is mapped can be touched to its last byte, every refusal is -errno, and an
 * operation in flight can be ended before its memory goes. Exit status: 0 passed, 1 failed. Where the kernel has no io_uring, what
 * remains to be tested is that it says so.
 */
#include <sys/socket.h>
#include <unistd.h>

#include "test-ring.h"

static void maps_all_that_the_kernel_granted(void) {
  struct uring uring;
  CHECK(uring_open(&uring, 8, 32, IORING_SETUP_CQSIZE, 0) == 0);
  CHECK(uring.params.sq_entries == 8 && uring.params.cq_entries == 32);
  memset(uring.sqes, 0xff, uring.sqes_bytes);
  volatile char *last = (char *)uring.ring + uring.ring_bytes - 1;
  *last = *last;
  uring_close(&uring);
  CHECK(uring.fd == -1);
}

static void refuses_with_an_errno_and_leaves_no_descriptor(void) {
  const int before = dup(0);
  close(before);
  struct uring uring = {.fd = -7};
  CHECK(uring_open(&uring, 0, 0, 0, 0) == -EINVAL);
  CHECK(uring_open(&uring, 8, 32, 1U << 31, 0) == -EINVAL);
  CHECK(uring.fd == -7);
  const struct uring never_opened = {.fd = -1, .enter_fd = UINT32_MAX};
  CHECK(uring_enter(&never_opened, 0, 0, 0, -1) == -EBADF);
  const int after = dup(0);
  close(after);
  CHECK(before == after);
}

static void completes_what_was_pushed(void) {
  struct uring uring;
  CHECK(uring_open(&uring, 4, 8, IORING_SETUP_CQSIZE, 0) == 0);
  for (uint64_t round = 0; round < 100; round++) {
    push(&uring, round)->opcode = IORING_OP_NOP;
    CHECK(uring_enter(&uring, 1, 1, IORING_ENTER_GETEVENTS, -1) == 1);
    const struct completion cqe = pop(&uring);
    CHECK(cqe.user_data == round && cqe.res == 0);
  }
  uring_close(&uring);
}

/* A thread can register 16 rings; the others are entered by their descriptors. A closed one makes room again. */
static void opens_more_rings_than_a_thread_can_register(void) {
  struct uring urings[20];
  for (int round = 0; round < 3; round++) {
    for (int i = 0; i < 20; i++) {
      CHECK(uring_open(&urings[i], 2, 4, IORING_SETUP_CQSIZE, 0) == 0);
      push(&urings[i], 7)->opcode = IORING_OP_NOP;
    }
    CHECK(urings[0].enter_flags != urings[19].enter_flags || urings[0].enter_flags == 0);
    for (int i = 0; i < 20; i++) {
      CHECK(uring_enter(&urings[i], 1, 1, IORING_ENTER_GETEVENTS, -1) == 1);
      CHECK(pop(&urings[i]).user_data == 7);
      uring_close(&urings[i]);
    }
  }
}

static void bounds_a_wait(void) {
  struct uring uring;
  CHECK(uring_open(&uring, 4, 8, IORING_SETUP_CQSIZE, 0) == 0);
  CHECK(uring_enter(&uring, 0, 1, IORING_ENTER_GETEVENTS, 1000000) == -ETIME);
  CHECK(uring_enter(&uring, 0, 1, IORING_ENTER_GETEVENTS, 0) == -ETIME);
  uring_close(&uring);
}

static void ends_what_is_in_flight(void) {
  struct uring uring;
  CHECK(uring_open(&uring, 4, 8, IORING_SETUP_CQSIZE, 0) == 0);
  const int cancelled_nothing = uring_cancel_all(&uring, 1000000000);
  if (cancelled_nothing == -EINVAL) {
    fprintf(stderr, "skipped: ends_what_is_in_flight, because this kernel is older than 6.0\n");
    uring_close(&uring);
    return;
  }
  CHECK(cancelled_nothing == 0);

  int sockets[2];
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) == 0);
  char *memory = malloc(64);
  CHECK(memory != NULL);
  struct io_uring_sqe *sqe = push(&uring, 1);
  sqe->opcode = IORING_OP_RECV;
  sqe->fd = sockets[0];
  sqe->addr = (uint64_t)(uintptr_t)memory;
  sqe->len = 64;
  CHECK(uring_enter(&uring, 1, 0, 0, -1) == 1);
  CHECK(uring_cancel_all(&uring, 1000000000) == 0);
  const struct completion cqe = pop(&uring);
  CHECK(cqe.user_data == 1 && cqe.res == -ECANCELED);
  /* If the receive were still there, it would write into freed memory. */
  free(memory);
  CHECK(write(sockets[1], "late", 4) == 4);
  CHECK(uring_enter(&uring, 0, 1, IORING_ENTER_GETEVENTS, 1000000) == -ETIME);
  uring_close(&uring);
  close(sockets[0]);
  close(sockets[1]);
}

/* Descriptors that were opened for a thread that is no more. */
static void closes_the_descriptors_that_nobody_collected(void) {
  struct uring uring;
  CHECK(uring_open(&uring, 8, 16, IORING_SETUP_CQSIZE, 0) == 0);
  const uint64_t tags[] = {URING_DESCRIPTOR_RESULT | 3, 4, URING_DESCRIPTOR_RESULT | 5 | (uint64_t)9 << 32, URING_DESCRIPTOR_RESULT | 6};
  for (int i = 0; i < 4; i++) {
    struct io_uring_sqe *sqe = push(&uring, tags[i]);
    sqe->opcode = IORING_OP_OPENAT;
    sqe->fd = -100;
    sqe->addr = (uint64_t)(uintptr_t)(i == 3 ? "/nowhere/at/all" : "/dev/null");
  }
  CHECK(uring_enter(&uring, 4, 4, IORING_ENTER_GETEVENTS, 1000000000) == 4);
  const struct completion collected = pop(&uring);
  uring_close_results(&uring);
  const struct completion other = pop(&uring), left = pop(&uring), failed = pop(&uring);
  CHECK(collected.user_data == tags[0] && other.user_data == tags[1] && left.user_data == tags[2] && failed.user_data == tags[3]);
  CHECK(failed.res == -ENOENT);
  CHECK(close(left.res) == -1 && errno == EBADF);
  /* The first was collected, and is its collector's; the second is no descriptor as far as anybody said. */
  CHECK(close(collected.res) == 0 && close(other.res) == 0);
  uring_close(&uring);
}

int main(void) {
  struct uring uring;
  const int opened = uring_open(&uring, 2, 4, IORING_SETUP_CQSIZE, 0);
  if (opened < 0) {
    CHECK(opened == -ENOSYS || opened == -EPERM || opened == -EACCES || opened == -ENOMEM);
    fprintf(stderr, "skipped: this machine has no io_uring (%s)\n", strerror(-opened));
    return 0;
  }
  uring_close(&uring);
  maps_all_that_the_kernel_granted();
  refuses_with_an_errno_and_leaves_no_descriptor();
  completes_what_was_pushed();
  opens_more_rings_than_a_thread_can_register();
  bounds_a_wait();
  ends_what_is_in_flight();
  closes_the_descriptors_that_nobody_collected();
  return 0;
}
