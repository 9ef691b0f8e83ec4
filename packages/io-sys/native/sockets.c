// Sockets and eventfds: see sockets.h.
#include "sockets.h"

#include <errno.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

static int result(ssize_t returned) {
  return returned < 0 ? -errno : (int)returned;
}

// A transfer's length has to fit the int that reports it.
static size_t transfer_bytes(size_t bytes) {
  return bytes > INT_MAX ? INT_MAX : bytes;
}

int address_encode(const char *host, uint16_t port, struct sockaddr_storage *out) {
  char service[6];
  int written = snprintf(service, sizeof service, "%u", (unsigned)port);
  if (written < 0 || (size_t)written >= sizeof service) return -EINVAL;
  const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM};
  struct addrinfo *found;
  int error = getaddrinfo(host, service, &hints, &found);
  if (error == EAI_SYSTEM) return -errno;
  if (error == EAI_MEMORY) return -ENOMEM;
  if (error != 0) return -EINVAL;
  int bytes = -EINVAL;
  if (found->ai_addrlen <= sizeof *out) {
    memset(out, 0, sizeof *out);
    memcpy(out, found->ai_addr, found->ai_addrlen);
    bytes = (int)found->ai_addrlen;
  }
  freeaddrinfo(found);
  return bytes;
}

int address_decode(const struct sockaddr_storage *address, socklen_t bytes, char host[ADDRESS_TEXT_BYTES], uint16_t *port) {
  if (address->ss_family == AF_INET && bytes >= sizeof(struct sockaddr_in)) {
    *port = ntohs(((const struct sockaddr_in *)address)->sin_port);
  } else if (address->ss_family == AF_INET6 && bytes >= sizeof(struct sockaddr_in6)) {
    *port = ntohs(((const struct sockaddr_in6 *)address)->sin6_port);
  } else {
    return -EAFNOSUPPORT;
  }
  int error = getnameinfo((const struct sockaddr *)address, bytes, host, ADDRESS_TEXT_BYTES, NULL, 0, NI_NUMERICHOST);
  if (error == EAI_SYSTEM) return -errno;
  return error == 0 ? 0 : -EINVAL;
}

int socket_open(int family, bool nonblocking) {
  if (family != 4 && family != 6) return -EAFNOSUPPORT;
  int type = SOCK_STREAM | SOCK_CLOEXEC | (nonblocking ? SOCK_NONBLOCK : 0);
  return result(socket(family == 4 ? AF_INET : AF_INET6, type, IPPROTO_TCP));
}

int socket_bind(int fd, const void *address, size_t bytes) {
  if (bytes > sizeof(struct sockaddr_storage)) return -EINVAL;
  return result(bind(fd, address, (socklen_t)bytes));
}

int socket_listen(int fd, int backlog) {
  return result(listen(fd, backlog));
}

int socket_accept(int fd, bool nonblocking) {
  return result(accept4(fd, NULL, NULL, SOCK_CLOEXEC | (nonblocking ? SOCK_NONBLOCK : 0)));
}

int socket_connect(int fd, const void *address, size_t bytes) {
  if (bytes > sizeof(struct sockaddr_storage)) return -EINVAL;
  return result(connect(fd, address, (socklen_t)bytes));
}

// recv() and send() are points of cancellation, for which the C library changes the state of the thread before and after the call.
// No thread is cancelled here, so the calls on the hot path go to the kernel directly.
int socket_receive(int fd, void *into, size_t bytes) {
  return result(syscall(SYS_recvfrom, fd, into, transfer_bytes(bytes), 0, NULL, NULL));
}

int socket_send(int fd, const void *from, size_t bytes) {
  return result(syscall(SYS_sendto, fd, from, transfer_bytes(bytes), MSG_NOSIGNAL, NULL, 0));
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

static int switch_on(int fd, int level, int option) {
  const int on = 1;
  return result(setsockopt(fd, level, option, &on, sizeof on));
}

int socket_set_no_delay(int fd) {
  return switch_on(fd, IPPROTO_TCP, TCP_NODELAY);
}

int socket_set_reuse_address(int fd) {
  return switch_on(fd, SOL_SOCKET, SO_REUSEADDR);
}

int socket_local_address(int fd, struct sockaddr_storage *out, socklen_t *bytes) {
  *bytes = sizeof *out;
  return result(getsockname(fd, (struct sockaddr *)out, bytes));
}

int socket_peer_address(int fd, struct sockaddr_storage *out, socklen_t *bytes) {
  *bytes = sizeof *out;
  return result(getpeername(fd, (struct sockaddr *)out, bytes));
}

int descriptor_close(int fd) {
  return result(close(fd));
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
