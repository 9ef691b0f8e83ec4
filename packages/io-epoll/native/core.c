// epoll: see core.h.
#include "core.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int result(int returned) {
  return returned < 0 ? -errno : returned;
}

int poller_open(poller *poller, uint32_t capacity) {
  // The limit of epoll_wait(2), which counts the array's bytes in an int.
  if (capacity == 0 || capacity > INT_MAX / sizeof(struct epoll_event)) return -EINVAL;
  // Zeroed, so that whoever looks at the array before the first wait sees no stray memory.
  struct epoll_event *events = calloc(capacity, sizeof *events);
  if (events == NULL) return -ENOMEM;
  int fd = epoll_create1(EPOLL_CLOEXEC);
  if (fd < 0) {
    int error = errno;
    free(events);
    return -error;
  }
  poller->fd = fd;
  poller->capacity = (int)capacity;
  poller->events = events;
  return 0;
}

void poller_close(poller *poller) {
  if (poller->fd >= 0) (void)close(poller->fd);
  poller->fd = -1;
  free(poller->events);
  poller->events = NULL;
}

static int control(const poller *poller, int operation, int fd, uint32_t interest, uint32_t low, uint32_t high) {
  const uint32_t token[2] = {low, high};
  struct epoll_event event = {.events = interest};
  _Static_assert(sizeof event.data == sizeof token, "an event carries 8 bytes of data");
  memcpy(&event.data, token, sizeof token);
  return result(epoll_ctl(poller->fd, operation, fd, &event));
}

int poller_add(const poller *poller, int fd, uint32_t interest, uint32_t low, uint32_t high) {
  return control(poller, EPOLL_CTL_ADD, fd, interest, low, high);
}

int poller_modify(const poller *poller, int fd, uint32_t interest, uint32_t low, uint32_t high) {
  return control(poller, EPOLL_CTL_MOD, fd, interest, low, high);
}

int poller_delete(const poller *poller, int fd) {
  return result(epoll_ctl(poller->fd, EPOLL_CTL_DEL, fd, NULL));
}

int poller_wait(const poller *poller, int timeout_ms) {
  // A closed poller has no array to deliver into.
  if (poller->fd < 0) return -EBADF;
  return result(epoll_wait(poller->fd, poller->events, poller->capacity, timeout_ms));
}
