// The io_uring engine: a turn is one io_uring_enter that submits the sends of the requests that are due together with the receives
// of their replies, and waits for the next replies. A send that succeeds posts no completion; a receive goes straight to waiting,
// as the reply cannot be there yet.
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "../common/clock.h"
#include "../common/uring.h"
#include "deadline.h"
#include "engine.h"

// Submissions are handed over when the queue is full, so it can be small enough to stay in the cache.
enum { SUBMISSION_ENTRIES = 256 };

// The lowest bit of an entry's user data; the rest is the address of the connection.
enum { RECEIVED = 0, SENT = 1 };

static struct uring ring;

static int open_ring(uint32_t connections) {
  // A connection has at most one receive and one failed send outstanding.
  return uring_open(&ring, SUBMISSION_ENTRIES, connections * 2);
}

static void send_rest(const struct load *load, struct connection *connection) {
  struct io_uring_sqe *sqe = uring_sqe(&ring);
  sqe->opcode = IORING_OP_SEND;
  sqe->flags = IOSQE_CQE_SKIP_SUCCESS;
  sqe->fd = connection->fd;
  sqe->addr = (uintptr_t)(connection->request + connection->sent_bytes);
  sqe->len = load->bytes - connection->sent_bytes;
  // With MSG_WAITALL a short send counts as failed and is reported.
  sqe->msg_flags = MSG_NOSIGNAL | MSG_WAITALL;
  sqe->user_data = (uintptr_t)connection | SENT;
}

static void receive_rest(const struct load *load, struct connection *connection) {
  struct io_uring_sqe *sqe = uring_sqe(&ring);
  sqe->opcode = IORING_OP_RECV;
  sqe->ioprio = IORING_RECVSEND_POLL_FIRST;
  sqe->fd = connection->fd;
  sqe->addr = (uintptr_t)(connection->reply + connection->received_bytes);
  sqe->len = load->bytes + 1 - connection->received_bytes;
  sqe->user_data = (uintptr_t)connection | RECEIVED;
}

static void request(const struct load *load, struct connection *connection) {
  send_rest(load, connection);
  receive_rest(load, connection);
}

static void complete(struct load *load, struct uring_completion completion, uint64_t now_ns) {
  struct connection *connection = (struct connection *)(uintptr_t)(completion.user_data & ~(uint64_t)SENT);
  if ((completion.user_data & SENT) != 0) {
    if (completion.result < 0) load_broken(load, connection, "send", -completion.result);
    connection->sent_bytes += (uint32_t)completion.result;
    send_rest(load, connection);
    return;
  }
  if (completion.result < 0) load_broken(load, connection, "recv", -completion.result);
  if (load_received(load, connection, (size_t)completion.result, now_ns)) {
    request(load, connection);
  } else if (connection->fd >= 0) {
    receive_rest(load, connection);
  }
}

// A ring needs nothing before it is used on a connection.
static void attach(struct load *load) {
  (void)load;
}

static void run(struct load *load) {
  for (uint32_t i = 0; i < load->connection_count; i++) request(load, &load->connections[i]);
  while (load->open_count > 0) {
    uring_submit_and_wait(&ring, 1);
    // In every turn: a busy server lets no wait be interrupted.
    deadline_check("%s: %" PRIu64 " replies had arrived, %" PRIu32 " connections still waited", load->phase, load->done,
                   load->open_count);
    uint32_t ready = uring_ready(&ring);
    uint64_t now = now_ns();
    for (; ready > 0; ready--) complete(load, uring_next(&ring), now);
  }
}

static void close_ring(void) {
  uring_close(&ring);
}

const struct engine engine_uring = {"uring", open_ring, attach, run, close_ring};
