// echo-uring: a single-threaded echo server on io_uring (io_uring(7)): what C can reach with completion. A turn is one
// io_uring_enter that submits and waits; a request is one recv and one send in it. On SIGINT or SIGTERM it prints the system calls
// since its first line and ends: the kernel then cancels what is in flight, before it closes the connections and frees the buffers.
//
// The send of a reply is linked with the next recv on the connection: the recv begins when the reply has been sent in full, so both
// can use one buffer, and a send that succeeds needs no completion. When it fails or is short, its completion comes alone: the
// kernel drops the linked recv without a word (IOSQE_CQE_SKIP_SUCCESS in io_uring_enter(2)). So a connection always has exactly
// one completion to come.
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../common/listener.h"
#include "../common/syscalls.h"
#include "../common/uring.h"

static const char usage[] =
    "usage: echo-uring --port N\n"
    "  --port  the port on 127.0.0.1; 0 lets the kernel choose\n";

enum {
  // Submissions are handed over when the queue is full, so it can be small enough to stay in the cache.
  SUBMISSION_ENTRIES = 256,
  // Beyond it the kernel keeps completions, at some cost.
  COMPLETION_ENTRIES = 8192,
  BUFFER_BYTES = 65536,
};

// User data: what has completed in the upper half, the descriptor in the lower.
enum operation { ACCEPT, STOP, RECEIVE, SEND };

struct connection {
  uint32_t received_bytes;
  uint32_t sent_bytes;  // of those
};

static struct uring ring;
static uint64_t requests;  // chunks received
static struct connection connections[DESCRIPTORS_MAX];
// By descriptor, each made for the first connection that has it.
static uint8_t *buffers[DESCRIPTORS_MAX];
static bool is_stopping;

static struct io_uring_sqe *submit(uint8_t opcode, int fd, enum operation operation) {
  struct io_uring_sqe *sqe = uring_sqe(&ring);
  sqe->opcode = opcode;
  sqe->fd = fd;
  sqe->user_data = (uint64_t)operation << 32 | (uint32_t)fd;
  return sqe;
}

static void start_accept(int listener) {
  struct io_uring_sqe *sqe = submit(IORING_OP_ACCEPT, listener, ACCEPT);
  sqe->ioprio = IORING_ACCEPT_MULTISHOT;
  sqe->accept_flags = SOCK_CLOEXEC;
}

static void start_receive(int fd, uint16_t poll_first) {
  struct io_uring_sqe *sqe = submit(IORING_OP_RECV, fd, RECEIVE);
  sqe->ioprio = poll_first;
  sqe->addr = (uintptr_t)buffers[fd];
  sqe->len = BUFFER_BYTES;
}

// Sends what is left of the reply, then receives.
static void start_reply(int fd, uint16_t poll_first) {
  const struct connection *connection = &connections[fd];
  uring_reserve(&ring, 2);
  struct io_uring_sqe *sqe = submit(IORING_OP_SEND, fd, SEND);
  sqe->flags = IOSQE_IO_LINK | IOSQE_CQE_SKIP_SUCCESS;
  sqe->addr = (uintptr_t)(buffers[fd] + connection->sent_bytes);
  sqe->len = connection->received_bytes - connection->sent_bytes;
  // With MSG_WAITALL a short send counts as failed: it is reported and breaks the link.
  sqe->msg_flags = MSG_NOSIGNAL | MSG_WAITALL;
  start_receive(fd, poll_first);
}

static void close_connection(int fd) {
  COUNTED(close, fd);
}

static void accepted(int listener, int result, uint32_t flags) {
  if (result >= DESCRIPTORS_MAX) {
    COUNTED(close, result);
  } else if (result >= 0) {
    if (buffers[result] == NULL) buffers[result] = malloc(BUFFER_BYTES);
    if (buffers[result] == NULL) errx(EXIT_FAILURE, "no memory for another connection");
    start_receive(result, 0);
  } else if (result != -ECONNABORTED && result != -EPROTO && result != -EINTR) {
    // A connection that was reset while it waited is no reason to stop; anything else is.
    errx(EXIT_FAILURE, "accept: %s", strerror(-result));
  }
  if ((flags & IORING_CQE_F_MORE) == 0) start_accept(listener);
}

static void received(int fd, int result, uint32_t flags) {
  if (result <= 0) {
    close_connection(fd);
    return;
  }
  requests++;
  connections[fd].received_bytes = (uint32_t)result;
  connections[fd].sent_bytes = 0;
  // An empty socket cannot have more until the peer has seen the reply: wait at once instead of trying first.
  start_reply(fd, (flags & IORING_CQE_F_SOCK_NONEMPTY) != 0 ? 0 : IORING_RECVSEND_POLL_FIRST);
}

static void sent_in_part(int fd, int result) {
  if (result < 0) {
    close_connection(fd);
    return;
  }
  connections[fd].sent_bytes += (uint32_t)result;
  start_reply(fd, 0);
}

static void complete(struct uring_completion completion) {
  int fd = (int)(uint32_t)completion.user_data;
  switch ((enum operation)(completion.user_data >> 32)) {
    case ACCEPT:
      accepted(fd, completion.result, completion.flags);
      break;
    case STOP:
      is_stopping = true;
      break;
    case RECEIVE:
      received(fd, completion.result, completion.flags);
      break;
    case SEND:
      sent_in_part(fd, completion.result);
      break;
  }
}

static void turn(void) {
  // An interrupted wait is a turn with nothing in it.
  uring_submit_and_wait(&ring, 1);
  for (uint32_t ready = uring_ready(&ring); ready > 0; ready--) complete(uring_next(&ring));
}

int main(int argc, char **argv) {
  uint16_t port = listener_port_argument(argc, argv, usage);
  uring_open_or_exit(&ring, SUBMISSION_ENTRIES, COMPLETION_ENTRIES);
  int listener = listener_open(port);
  int stop_signal = stop_signal_open();
  submit(IORING_OP_POLL_ADD, stop_signal, STOP)->poll32_events = POLLIN;
  start_accept(listener);
  listener_announce(listener);
  ring.enters = 0;
  while (!is_stopping) turn();
  syscalls.io_uring_enter = ring.enters;
  syscalls_write_json(&syscalls, requests, stdout);
  return 0;
}
