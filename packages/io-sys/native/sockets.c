// Sockets: see sockets.h.
#include "sockets.h"

#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int result(ssize_t returned) {
  return returned < 0 ? -errno : (int)returned;
}

// A transfer's length has to fit the int that reports it.
static size_t transfer_bytes(size_t bytes) {
  return bytes > INT_MAX ? INT_MAX : bytes;
}

static int type_flags(int type, bool nonblocking) {
  return type | SOCK_CLOEXEC | (nonblocking ? SOCK_NONBLOCK : 0);
}

int socket_open(int family, int type, bool nonblocking) {
  if (type != SOCK_STREAM && type != SOCK_DGRAM) return -ESOCKTNOSUPPORT;
  switch (family) {
    case 0: return result(socket(AF_UNIX, type_flags(type, nonblocking), 0));
    case 4: return result(socket(AF_INET, type_flags(type, nonblocking), 0));
    case 6: return result(socket(AF_INET6, type_flags(type, nonblocking), 0));
    default: return -EAFNOSUPPORT;
  }
}

int socket_pair(int type, bool nonblocking, int32_t out[2]) {
  int fds[2];
  if (type != SOCK_STREAM && type != SOCK_DGRAM) return -ESOCKTNOSUPPORT;
  if (socketpair(AF_UNIX, type_flags(type, nonblocking), 0, fds) < 0) return -errno;
  out[0] = fds[0];
  out[1] = fds[1];
  return 0;
}

int socket_bind(int fd, void *address, size_t bytes) {
  if (bytes > sizeof(struct sockaddr_storage)) return -EINVAL;
  return result(bind(fd, address, (socklen_t)bytes));
}

int socket_listen(int fd, int backlog) {
  return result(listen(fd, backlog));
}

int socket_accept(int fd, bool nonblocking) {
  return result(accept4(fd, NULL, NULL, SOCK_CLOEXEC | (nonblocking ? SOCK_NONBLOCK : 0)));
}

int socket_connect(int fd, void *address, size_t bytes) {
  if (bytes > sizeof(struct sockaddr_storage)) return -EINVAL;
  return result(connect(fd, address, (socklen_t)bytes));
}

int socket_shutdown(int fd, int how) {
  return result(shutdown(fd, how));
}

int socket_take_error(int fd) {
  int error = 0;
  socklen_t bytes = sizeof error;
  if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &bytes) < 0) return -errno;
  return error;
}

// recv() and send() are points of cancellation, for which the C library changes the state of the thread before and after the call.
// No thread is cancelled here, so the calls on the hot path go to the kernel directly.
int socket_receive(int fd, void *into, size_t bytes) {
  return result(syscall(SYS_recvfrom, fd, into, transfer_bytes(bytes), 0, NULL, NULL));
}

int socket_send(int fd, void *from, size_t bytes) {
  return result(syscall(SYS_sendto, fd, from, transfer_bytes(bytes), MSG_NOSIGNAL, NULL, 0));
}

// The kernel takes a list of vectors that it does not change as one that it may.
int socket_receive_vectors(int fd, const struct iovec *vectors, size_t count) {
  struct msghdr message = {.msg_iov = (struct iovec *)vectors, .msg_iovlen = count};
  return result(syscall(SYS_recvmsg, fd, &message, 0));
}

int socket_send_vectors(int fd, const struct iovec *vectors, size_t count) {
  const struct msghdr message = {.msg_iov = (struct iovec *)vectors, .msg_iovlen = count};
  return result(syscall(SYS_sendmsg, fd, &message, MSG_NOSIGNAL));
}

int socket_receive_from(int fd, void *into, size_t bytes, datagram_source *source) {
  struct iovec vector = {.iov_base = into, .iov_len = transfer_bytes(bytes)};
  struct msghdr message = {
      .msg_name = &source->address,
      .msg_namelen = sizeof source->address,
      .msg_iov = &vector,
      .msg_iovlen = 1,
  };
  ssize_t got = syscall(SYS_recvmsg, fd, &message, 0);
  if (got < 0) return -errno;
  source->address_bytes = message.msg_namelen;
  source->truncated = (message.msg_flags & MSG_TRUNC) != 0;
  return (int)got;
}

int socket_send_to(int fd, const void *from, size_t bytes, const void *address, size_t address_bytes) {
  if (address_bytes > sizeof(struct sockaddr_storage)) return -EINVAL;
  return result(syscall(SYS_sendto, fd, from, transfer_bytes(bytes), MSG_NOSIGNAL, address, (socklen_t)address_bytes));
}

static int copy_name(int outcome, const struct sockaddr_storage *name, socklen_t name_bytes, void *into, size_t bytes) {
  if (outcome < 0) return -errno;
  if (name_bytes > bytes) return -ENOBUFS;
  memcpy(into, name, name_bytes);
  return (int)name_bytes;
}

int socket_name(int fd, void *into, size_t bytes) {
  struct sockaddr_storage name;
  socklen_t name_bytes = sizeof name;
  int outcome = getsockname(fd, (struct sockaddr *)&name, &name_bytes);
  return copy_name(outcome, &name, name_bytes, into, bytes);
}

int socket_peer_name(int fd, void *into, size_t bytes) {
  struct sockaddr_storage name;
  socklen_t name_bytes = sizeof name;
  int outcome = getpeername(fd, (struct sockaddr *)&name, &name_bytes);
  return copy_name(outcome, &name, name_bytes, into, bytes);
}
