#include "open-loop.h"

#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../common/clock.h"
#include "../common/positions.h"
#include "deadline.h"
#include "interval.h"

enum { EVENTS_PER_WAIT = 512 };

// The intended time of the next request, to a fraction of a nanosecond: rounding each interval would change the rate.
struct arrivals {
  double next_ns;
  double mean_ns;
  bool is_poisson;
  struct positions random;
};

static double interval_ns(struct arrivals *arrivals) {
  if (!arrivals->is_poisson) return arrivals->mean_ns;
  // Uniform on (0, 1]; positions_next is below UINT32_MAX.
  return interval_of_uniform(positions_next(&arrivals->random) + 1) * arrivals->mean_ns;
}

static void send_all(struct load *load, struct connection *connection) {
  while (connection->sent_bytes < load->bytes) {
    // A request is at most as large as what the kernel buffers, or the wait is for a server that does not read.
    ssize_t length =
        send(connection->fd, connection->request + connection->sent_bytes, load->bytes - connection->sent_bytes, MSG_NOSIGNAL);
    if (length >= 0) {
      connection->sent_bytes += (uint32_t)length;
    } else if (errno == EINTR) {
      deadline_check("%s: a request could not be sent", load->phase);
    } else {
      load_broken(load, connection, "send", errno);
    }
  }
}

// Level-triggered: one recv for each event, and what is left is another event.
static bool receive(struct load *load, struct connection *connection, uint64_t now) {
  ssize_t length =
      recv(connection->fd, connection->reply + connection->received_bytes, load->bytes + 1 - connection->received_bytes, MSG_DONTWAIT);
  if (length < 0 && (errno == EAGAIN || errno == EINTR)) return false;
  if (length < 0) load_broken(load, connection, "recv", errno);
  return load_replied(load, connection, (size_t)length, now);
}

void open_loop_run(struct load *load, const struct open_loop *schedule, uint64_t start_ns) {
  static struct epoll_event events[EVENTS_PER_WAIT];
  struct arrivals arrivals = {.mean_ns = 1e9 / schedule->rate,
                              .is_poisson = schedule->is_poisson,
                              .random = positions_start(schedule->seed, UINT32_MAX)};
  arrivals.next_ns = (double)start_ns + interval_ns(&arrivals);
  int epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  if (epoll_fd < 0) err(EXIT_FAILURE, "epoll_create1");
  // Connections without a request, in the order in which they came to rest: a ring with a place for each.
  struct connection **resting = calloc(load->connection_count, sizeof(struct connection *));
  if (resting == NULL) errx(EXIT_FAILURE, "no memory for %" PRIu32 " connections", load->connection_count);
  uint64_t taken = 0, rested = load->connection_count;
  for (uint32_t i = 0; i < load->connection_count; i++) {
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &load->connections[i]};
    if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, load->connections[i].fd, &event) != 0) err(EXIT_FAILURE, "epoll_ctl");
    resting[i] = &load->connections[i];
  }
  while (load->done < schedule->requests) {
    uint64_t now = now_ns();
    while (taken < schedule->requests && taken < rested && arrivals.next_ns <= (double)now) {
      struct connection *connection = resting[taken++ % load->connection_count];
      connection->due_ns = (uint64_t)arrivals.next_ns;
      arrivals.next_ns += interval_ns(&arrivals);
      send_all(load, connection);
      now = now_ns();
      histogram_record(schedule->lateness, now - connection->due_ns);
    }
    int count = epoll_wait(epoll_fd, events, EVENTS_PER_WAIT, 0);
    if (count < 0 && errno != EINTR) err(EXIT_FAILURE, "epoll_wait");
    deadline_check("%s: %" PRIu64 " of %" PRIu64 " replies had arrived", load->phase, load->done, schedule->requests);
    now = now_ns();
    for (int i = 0; i < count; i++) {
      struct connection *connection = events[i].data.ptr;
      if (!receive(load, connection, now)) continue;
      load_next(load, connection);
      resting[rested++ % load->connection_count] = connection;
    }
  }
  for (uint32_t i = 0; i < load->connection_count; i++) load_end(load, &load->connections[i]);
  free(resting);
  close(epoll_fd);
}
