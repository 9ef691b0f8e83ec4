// Checks the core on its own, under the sanitizers: exit code 0 when everything held.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/time.h>
#include <signal.h>
#include <unistd.h>

#include "core.h"

#define CHECK(condition)                                                         \
  do {                                                                           \
    if (!(condition)) {                                                          \
      fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__, #condition); \
      exit(1);                                                                   \
    }                                                                            \
  } while (0)

static void refuses_impossible_capacities(void) {
  poller poller;
  CHECK(poller_open(&poller, 0) == -EINVAL);
  CHECK(poller_open(&poller, UINT32_MAX) == -EINVAL);
}

static void delivers_the_token_that_was_registered(void) {
  poller poller;
  CHECK(poller_open(&poller, 4) == 0);
  int fd = eventfd(1, EFD_CLOEXEC);
  CHECK(fd >= 0);
  CHECK(poller_add(&poller, fd, EPOLLIN, 7, 9) == 0);
  CHECK(poller_add(&poller, fd, EPOLLIN, 7, 9) == -EEXIST);
  CHECK(poller_wait(&poller, 0) == 1);
  uint32_t token[2];
  memcpy(token, &poller.events[0].data, sizeof token);
  CHECK(token[0] == 7 && token[1] == 9);
  CHECK((poller.events[0].events & EPOLLIN) != 0);
  CHECK(poller_modify(&poller, fd, EPOLLIN | EPOLLOUT, UINT32_MAX, 3) == 0);
  CHECK(poller_wait(&poller, 0) == 1);
  memcpy(token, &poller.events[0].data, sizeof token);
  CHECK(token[0] == UINT32_MAX && token[1] == 3);
  CHECK((poller.events[0].events & EPOLLOUT) != 0);
  CHECK(poller_delete(&poller, fd) == 0);
  CHECK(poller_delete(&poller, fd) == -ENOENT);
  CHECK(poller_modify(&poller, fd, EPOLLIN, 0, 0) == -ENOENT);
  CHECK(poller_wait(&poller, 0) == 0);
  CHECK(close(fd) == 0);
  poller_close(&poller);
}

static void delivers_no_more_than_the_array_holds(void) {
  poller poller;
  int fds[3];
  CHECK(poller_open(&poller, 2) == 0);
  for (uint32_t i = 0; i < 3; i++) {
    fds[i] = eventfd(1, EFD_CLOEXEC);
    CHECK(poller_add(&poller, fds[i], EPOLLIN | EPOLLET, i, 0) == 0);
  }
  CHECK(poller_wait(&poller, 0) == 2);
  CHECK(poller_wait(&poller, 0) == 1);
  CHECK(poller_wait(&poller, 0) == 0);
  for (int i = 0; i < 3; i++) CHECK(close(fds[i]) == 0);
  poller_close(&poller);
}

static void ignore_signal(int number) {
  (void)number;
}

static void reports_an_interrupted_wait(void) {
  poller poller;
  CHECK(poller_open(&poller, 1) == 0);
  struct sigaction action = {.sa_handler = ignore_signal};
  CHECK(sigaction(SIGALRM, &action, NULL) == 0);
  const struct itimerval every_10_ms = {.it_interval = {.tv_usec = 10000}, .it_value = {.tv_usec = 10000}};
  const struct itimerval never = {0};
  CHECK(setitimer(ITIMER_REAL, &every_10_ms, NULL) == 0);
  CHECK(poller_wait(&poller, 10000) == -EINTR);
  CHECK(setitimer(ITIMER_REAL, &never, NULL) == 0);
  poller_close(&poller);
}

static void a_closed_poller_refuses_everything(void) {
  poller poller;
  CHECK(poller_open(&poller, 1) == 0);
  poller_close(&poller);
  poller_close(&poller);
  CHECK(poller_wait(&poller, 0) == -EBADF);
  CHECK(poller_add(&poller, 0, EPOLLIN, 0, 0) == -EBADF);
  CHECK(poller_modify(&poller, 0, EPOLLIN, 0, 0) == -EBADF);
  CHECK(poller_delete(&poller, 0) == -EBADF);
}

int main(void) {
  refuses_impossible_capacities();
  delivers_the_token_that_was_registered();
  delivers_no_more_than_the_array_holds();
  reports_an_interrupted_wait();
  a_closed_poller_refuses_everything();
  return 0;
}
