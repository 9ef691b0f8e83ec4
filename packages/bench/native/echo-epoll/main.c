// echo-epoll: a single-threaded echo server on epoll (epoll(7)), edge-triggered: what C can reach with readiness. A request costs
// one recv and one send, and its share of an epoll_wait. On SIGINT or SIGTERM it prints the system calls since its first line and
// ends, which closes every connection.
#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../common/listener.h"
#include "../common/syscalls.h"

static const char usage[] =
    "usage: echo-epoll --port N\n"
    "  --port  the port on 127.0.0.1; 0 lets the kernel choose\n";

enum { EVENTS_PER_WAIT = 512, BUFFER_BYTES = 65536 };

static const uint32_t end_events = EPOLLRDHUP | EPOLLHUP | EPOLLERR;

// What a peer that does not read has not taken yet. Such a connection is not read from until it has.
struct unsent {
  uint8_t *bytes;  // NULL when there is nothing
  size_t length;
  size_t done;
};

static int epoll_fd;
static uint64_t requests;  // chunks received
static struct unsent unsent[DESCRIPTORS_MAX];
// One for all: what is received is sent, or copied to `unsent`, before the next recv.
static uint8_t buffer[BUFFER_BYTES];

static void watch(int operation, int fd, uint32_t interest) {
  struct epoll_event event = {.events = interest, .data.fd = fd};
  if (COUNTED(epoll_ctl, epoll_fd, operation, fd, &event) != 0) err(EXIT_FAILURE, "epoll_ctl");
}

static void close_connection(int fd) {
  free(unsent[fd].bytes);
  unsent[fd] = (struct unsent){0};
  COUNTED(close, fd);
}

static void accept_all(int listener) {
  for (;;) {
    int fd = COUNTED(accept4, listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
      if (errno == EAGAIN) return;
      // A connection that was reset while it waited is no reason to stop.
      if (errno == ECONNABORTED || errno == EPROTO || errno == EINTR) continue;
      err(EXIT_FAILURE, "accept4");
    }
    if (fd >= DESCRIPTORS_MAX) {
      COUNTED(close, fd);
      continue;
    }
    watch(EPOLL_CTL_ADD, fd, EPOLLIN | EPOLLRDHUP | EPOLLET);
  }
}

// Sends as far as the socket takes it. Returns the number of bytes sent, or -1 if the connection is broken.
static ssize_t send_some(int fd, const uint8_t *bytes, size_t length) {
  size_t done = 0;
  while (done < length) {
    ssize_t sent = COUNTED(send, fd, bytes + done, length - done, MSG_NOSIGNAL);
    if (sent >= 0) {
      done += (size_t)sent;
    } else if (errno == EAGAIN) {
      break;
    } else if (errno != EINTR) {
      return -1;
    }
  }
  return (ssize_t)done;
}

// Returns false if the connection is broken.
static bool echo(int fd, size_t length) {
  ssize_t sent = send_some(fd, buffer, length);
  if (sent < 0) return false;
  if ((size_t)sent == length) return true;
  size_t rest = length - (size_t)sent;
  uint8_t *bytes = malloc(rest);
  if (bytes == NULL) return false;
  memcpy(bytes, buffer + sent, rest);
  unsent[fd] = (struct unsent){bytes, rest, 0};
  // The change reports room that has appeared meanwhile, so no edge is lost.
  watch(EPOLL_CTL_MOD, fd, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
  return true;
}

// Reads and echoes until the socket is drained. A recv that does not fill the buffer has drained it; what comes later is a new edge.
// Only an end of stream that is there already (`ending`) must be read as well.
static void receive(int fd, bool ending) {
  for (;;) {
    ssize_t length = COUNTED(recv, fd, buffer, sizeof buffer, 0);
    if (length < 0 && errno == EINTR) continue;
    if (length < 0 && errno == EAGAIN) return;
    if (length > 0) requests++;
    if (length <= 0 || !echo(fd, (size_t)length)) {
      close_connection(fd);
      return;
    }
    if (unsent[fd].bytes != NULL || ((size_t)length < sizeof buffer && !ending)) return;
  }
}

// Returns true when nothing is left unsent and the connection is whole.
static bool flush_unsent(int fd) {
  struct unsent *rest = &unsent[fd];
  if (rest->bytes == NULL) return true;
  ssize_t sent = send_some(fd, rest->bytes + rest->done, rest->length - rest->done);
  if (sent < 0) {
    close_connection(fd);
    return false;
  }
  rest->done += (size_t)sent;
  if (rest->done < rest->length) return false;
  free(rest->bytes);
  *rest = (struct unsent){0};
  return true;
}

static void serve(int fd, uint32_t reported) {
  // Edges of the reading side that are passed over here are not lost: the edge for room reports all that holds by then.
  if (!flush_unsent(fd)) return;
  if ((reported & (EPOLLIN | end_events)) != 0) receive(fd, (reported & end_events) != 0);
}

static void run(int listener, int stop_signal) {
  static struct epoll_event events[EVENTS_PER_WAIT];
  for (;;) {
    int count = COUNTED(epoll_wait, epoll_fd, events, EVENTS_PER_WAIT, -1);
    if (count < 0 && errno != EINTR) err(EXIT_FAILURE, "epoll_wait");
    for (int i = 0; i < count; i++) {
      int fd = events[i].data.fd;
      if (fd == stop_signal) return;
      if (fd == listener) {
        accept_all(listener);
      } else {
        serve(fd, events[i].events);
      }
    }
  }
}

int main(int argc, char **argv) {
  int listener = listener_open(listener_port_argument(argc, argv, usage));
  int stop_signal = stop_signal_open();
  epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  if (epoll_fd < 0) err(EXIT_FAILURE, "epoll_create1");
  watch(EPOLL_CTL_ADD, stop_signal, EPOLLIN);
  watch(EPOLL_CTL_ADD, listener, EPOLLIN | EPOLLET);
  listener_announce(listener);
  syscalls = (struct syscalls){0};
  run(listener, stop_signal);
  syscalls_write_json(&syscalls, requests, stdout);
  return 0;
}
