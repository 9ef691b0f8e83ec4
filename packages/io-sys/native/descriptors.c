// Descriptors: see descriptors.h.
#include "descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <unistd.h>

static int result(ssize_t returned) {
  return returned < 0 ? -errno : (int)returned;
}

// A transfer's length has to fit the int that reports it.
static size_t transfer_bytes(size_t bytes) {
  return bytes > INT_MAX ? INT_MAX : bytes;
}

int descriptor_close(int fd) {
  return result(close(fd));
}

// As in sockets.c: without the C library's points of cancellation.
int descriptor_read(int fd, void *into, size_t bytes) {
  return result(syscall(SYS_read, fd, into, transfer_bytes(bytes)));
}

int descriptor_write(int fd, void *from, size_t bytes) {
  return result(syscall(SYS_write, fd, from, transfer_bytes(bytes)));
}

int descriptor_read_vectors(int fd, const struct iovec *vectors, size_t count) {
  return result(syscall(SYS_readv, fd, vectors, count));
}

int descriptor_write_vectors(int fd, const struct iovec *vectors, size_t count) {
  return result(syscall(SYS_writev, fd, vectors, count));
}

int descriptor_set_nonblocking(int fd, bool nonblocking) {
  int flags = fcntl(fd, F_GETFL);
  if (flags < 0) return -errno;
  int wanted = nonblocking ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
  if (wanted != flags && fcntl(fd, F_SETFL, wanted) < 0) return -errno;
  return (flags & O_NONBLOCK) != 0;
}

int descriptor_reopen(int fd, bool for_writing) {
  char path[32];
  int written = snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  if (written < 0 || (size_t)written >= sizeof path) return -EINVAL;
  return result(open(path, (for_writing ? O_WRONLY : O_RDONLY) | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
}

int descriptor_duplicate(int fd) {
  return result(fcntl(fd, F_DUPFD_CLOEXEC, 0));
}

int pipe_create(bool nonblocking, int32_t out[2]) {
  int fds[2];
  if (pipe2(fds, O_CLOEXEC | (nonblocking ? O_NONBLOCK : 0)) < 0) return -errno;
  out[0] = fds[0];
  out[1] = fds[1];
  return 0;
}

int transfer_sendfile(int to, int from, int64_t offset, size_t bytes) {
  off_t position = offset;
  return result(sendfile(to, from, &position, transfer_bytes(bytes)));
}

int transfer_splice(int from, int to, size_t bytes) {
  return result(splice(from, NULL, to, NULL, transfer_bytes(bytes), SPLICE_F_MOVE | SPLICE_F_NONBLOCK));
}

int event_create(void) {
  return result(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
}

int event_signal(int fd) {
  const uint64_t one = 1;
  ssize_t written = write(fd, &one, sizeof one);
  // EAGAIN: the counter is full, so it is readable already.
  return written < 0 && errno != EAGAIN ? -errno : 0;
}

int event_drain(int fd) {
  uint64_t count;
  ssize_t got = read(fd, &count, sizeof count);
  // EAGAIN: it was not signalled.
  return got < 0 && errno != EAGAIN ? -errno : 0;
}
