// Sockets: one function per system call. Knows nothing of N-API.
// Every function returns a value >= 0, or a negated errno; none retries.
#ifndef POLLAB_SOCKETS_H
#define POLLAB_SOCKETS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/uio.h>

/** A close-on-exec socket. `family` is 4, 6, or 0 for a Unix socket; `type` is SOCK_STREAM or SOCK_DGRAM. */
int socket_open(int family, int type, bool nonblocking);
/** Two connected Unix sockets. */
int socket_pair(int type, bool nonblocking, int32_t out[2]);
int socket_bind(int fd, void *address, size_t bytes);
int socket_listen(int fd, int backlog);
int socket_accept(int fd, bool nonblocking);
int socket_connect(int fd, void *address, size_t bytes);
int socket_shutdown(int fd, int how);
/** The pending error of the socket as a positive errno, which clears it; 0 when there is none. */
int socket_take_error(int fd);

int socket_receive(int fd, void *into, size_t bytes);
/** Never raises SIGPIPE, like all that send. */
int socket_send(int fd, void *from, size_t bytes);
int socket_receive_vectors(int fd, const struct iovec *vectors, size_t count);
int socket_send_vectors(int fd, const struct iovec *vectors, size_t count);

/** Where a datagram came from. */
typedef struct datagram_source {
  uint32_t address_bytes;
  /** 1 when the end of the datagram did not fit. */
  uint32_t truncated;
  struct sockaddr_storage address;
} datagram_source;

int socket_receive_from(int fd, void *into, size_t bytes, datagram_source *source);
int socket_send_to(int fd, const void *from, size_t bytes, const void *address, size_t address_bytes);

/** Writes the address that the socket is bound or connected to, and returns its length; -ENOBUFS if it is longer than `bytes`. */
int socket_name(int fd, void *into, size_t bytes);
int socket_peer_name(int fd, void *into, size_t bytes);

#endif
