// Counts of the system calls that an echo server makes, by the name of the libc function: COUNTED(recv, fd, ...) is recv(fd, ...).
#ifndef POLLAB_SYSCALLS_H
#define POLLAB_SYSCALLS_H

#include <stdint.h>
#include <stdio.h>

#define SYSCALLS(X) X(accept4) X(close) X(epoll_ctl) X(epoll_wait) X(io_uring_enter) X(recv) X(send)

struct syscalls {
#define MEMBER(name) uint64_t name;
  SYSCALLS(MEMBER)
#undef MEMBER
};

extern struct syscalls syscalls;

#define COUNTED(name, ...) (syscalls.name++, name(__VA_ARGS__))

// Writes {"syscalls":{"total":..,"recv":..},"requests":..} and a newline, with the calls that were made at all.
void syscalls_write_json(const struct syscalls *counts, uint64_t requests, FILE *out);

#endif
