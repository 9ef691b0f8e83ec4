// The epoll engine (epoll(7)), edge-triggered: one wait a turn, then one recv and one send for each reply.
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../common/clock.h"
#include "deadline.h"
#include "engine.h"

enum { EVENTS_PER_WAIT = 512 };

static const uint32_t end_events = EPOLLRDHUP | EPOLLHUP | EPOLLERR;

static int epoll_fd = -1;
static struct epoll_event events[EVENTS_PER_WAIT];

static int open_epoll(uint32_t connections) {
  (void)connections;  // an epoll instance has no size
  epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  return epoll_fd < 0 ? errno : 0;
}

static void watch(int operation, struct connection *connection, uint32_t interest) {
  struct epoll_event event = {.events = interest | EPOLLRDHUP | EPOLLET, .data.ptr = connection};
  if (epoll_ctl(epoll_fd, operation, connection->fd, &event) != 0) err(EXIT_FAILURE, "epoll_ctl");
}

static void attach(struct load *load) {
  for (uint32_t i = 0; i < load->connection_count; i++) watch(EPOLL_CTL_ADD, &load->connections[i], EPOLLIN);
}

// Sends what is left of the request, as far as the socket takes it.
static void send_rest(const struct load *load, struct connection *connection) {
  while (connection->sent_bytes < load->bytes) {
    ssize_t length = send(connection->fd, connection->request + connection->sent_bytes, load->bytes - connection->sent_bytes,
                          MSG_DONTWAIT | MSG_NOSIGNAL);
    if (length >= 0) {
      connection->sent_bytes += (uint32_t)length;
    } else if (errno == EAGAIN) {
      // Only large requests get here: from now on the connection also waits for room, and the change reports room that is there.
      watch(EPOLL_CTL_MOD, connection, EPOLLIN | EPOLLOUT);
      return;
    } else if (errno != EINTR) {
      load_broken(load, connection, "send", errno);
    }
  }
}

// One recv drains the socket, because it asks for more than may come. Only an end of stream that was reported together with
// data must be looked for: no further edge announces it.
static void receive(struct load *load, struct connection *connection, uint32_t reported, uint64_t now_ns) {
  for (;;) {
    ssize_t length =
        recv(connection->fd, connection->reply + connection->received_bytes, load->bytes + 1 - connection->received_bytes, MSG_DONTWAIT);
    if (length < 0) {
      if (errno == EAGAIN) return;
      if (errno == EINTR) continue;
      load_broken(load, connection, "recv", errno);
    }
    if (load_received(load, connection, (size_t)length, now_ns)) send_rest(load, connection);
    if (connection->fd < 0 || (reported & end_events) == 0) return;
  }
}

static void run(struct load *load) {
  for (uint32_t i = 0; i < load->connection_count; i++) send_rest(load, &load->connections[i]);
  while (load->open_count > 0) {
    int count = epoll_wait(epoll_fd, events, EVENTS_PER_WAIT, -1);
    if (count < 0 && errno != EINTR) err(EXIT_FAILURE, "epoll_wait");
    // In every turn: a busy server lets no wait be interrupted.
    deadline_check("%s: %" PRIu64 " replies had arrived, %" PRIu32 " connections still waited", load->phase, load->done,
                   load->open_count);
    uint64_t now = now_ns();
    for (int i = 0; i < count; i++) {
      struct connection *connection = events[i].data.ptr;
      if ((events[i].events & EPOLLOUT) != 0) send_rest(load, connection);
      if ((events[i].events & (EPOLLIN | end_events)) != 0) receive(load, connection, events[i].events, now);
    }
  }
}

static void close_epoll(void) {
  close(epoll_fd);
}

const struct engine engine_epoll = {"epoll", open_epoll, attach, run, close_epoll};
