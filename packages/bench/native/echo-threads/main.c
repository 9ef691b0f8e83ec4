// echo-threads: a thread for each connection, with blocking calls: what C reaches without an event loop. Threads are made as
// connections come. A request costs one recv and one send. On SIGINT or SIGTERM it prints the system calls since its first line and
// ends, which closes every connection.
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../common/listener.h"
#include "../common/syscalls.h"

static const char usage[] =
    "usage: echo-threads --port N\n"
    "  --port  the port on 127.0.0.1; 0 lets the kernel choose\n";

enum { BUFFER_BYTES = 65536, STACK_BYTES = 262144 };

// What all threads have done; each adds its own when its connection ends, and while it waits nothing is outstanding.
static atomic_uint_fast64_t receives, sends, closes, requests;

static bool send_all(int fd, const uint8_t *bytes, size_t length) {
  for (size_t done = 0; done < length;) {
    atomic_fetch_add_explicit(&sends, 1, memory_order_relaxed);
    ssize_t sent = send(fd, bytes + done, length - done, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return false;
    done += (size_t)sent;
  }
  return true;
}

static void *serve(void *argument) {
  int fd = (int)(intptr_t)argument;
  // Of its own: the other threads receive at the same time.
  uint8_t buffer[BUFFER_BYTES];
  for (;;) {
    atomic_fetch_add_explicit(&receives, 1, memory_order_relaxed);
    ssize_t length = recv(fd, buffer, sizeof buffer, 0);
    if (length < 0 && errno == EINTR) continue;
    if (length <= 0) break;
    atomic_fetch_add_explicit(&requests, 1, memory_order_relaxed);
    if (!send_all(fd, buffer, (size_t)length)) break;
  }
  close(fd);
  atomic_fetch_add_explicit(&closes, 1, memory_order_relaxed);
  return NULL;
}

static void accept_one(int listener, const pthread_attr_t *attributes) {
  int fd = COUNTED(accept4, listener, NULL, NULL, SOCK_CLOEXEC);
  if (fd < 0) {
    // A connection that was reset while it waited is no reason to stop.
    if (errno == EAGAIN || errno == ECONNABORTED || errno == EPROTO || errno == EINTR) return;
    err(EXIT_FAILURE, "accept4");
  }
  pthread_t thread;
  int error = pthread_create(&thread, attributes, serve, (void *)(intptr_t)fd);
  if (error == 0) return;
  // As many threads as there can be are there: this peer has to do without.
  close(fd);
  if (error == EAGAIN) return;
  errno = error;
  err(EXIT_FAILURE, "pthread_create");
}

int main(int argc, char **argv) {
  int listener = listener_open(listener_port_argument(argc, argv, usage));
  struct pollfd events[] = {{.fd = listener, .events = POLLIN}, {.fd = stop_signal_open(), .events = POLLIN}};
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0 || pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED) != 0 ||
      pthread_attr_setstacksize(&attributes, STACK_BYTES) != 0) {
    errx(EXIT_FAILURE, "a thread cannot be given a stack of %d bytes", STACK_BYTES);
  }
  listener_announce(listener);
  syscalls = (struct syscalls){0};
  while (events[1].revents == 0) {
    if (events[0].revents != 0) accept_one(listener, &attributes);
    if (poll(events, 2, -1) < 0 && errno != EINTR) err(EXIT_FAILURE, "poll");
  }
  syscalls.recv = atomic_load(&receives);
  syscalls.send = atomic_load(&sends);
  syscalls.close = atomic_load(&closes);
  syscalls_write_json(&syscalls, atomic_load(&requests), stdout);
  return 0;
}
