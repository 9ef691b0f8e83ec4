// epoll(7): one function per system call, and the array that events are delivered into. Knows nothing of N-API.
// Every function returns a value >= 0, or a negated errno; none retries.
#ifndef POLLAB_EPOLL_CORE_H
#define POLLAB_EPOLL_CORE_H
#include <stdint.h>
#include <sys/epoll.h>

typedef struct poller {
  int fd; // -1 once it is closed
  int capacity;
  struct epoll_event *events;
} poller;

/** Opens an epoll instance with room for `capacity` events at a time. 0, -EINVAL, -ENOMEM, or what epoll_create1(2) says. */
int poller_open(poller *poller, uint32_t capacity);

/** Closes it and frees the array. Idempotent. */
void poller_close(poller *poller);

/** EPOLL_CTL_ADD: the two halves of the token come back with each event, the low one first, as its 8 bytes of data. */
int poller_add(const poller *poller, int fd, uint32_t interest, uint32_t low, uint32_t high);

/** EPOLL_CTL_MOD: another interest, and another token. What is ready already is reported again. */
int poller_modify(const poller *poller, int fd, uint32_t interest, uint32_t low, uint32_t high);

/** EPOLL_CTL_DEL. */
int poller_delete(const poller *poller, int fd);

/** epoll_wait(2) into the array; -1 waits without a limit. Returns the number of events. */
int poller_wait(const poller *poller, int timeout_ms);

#endif
