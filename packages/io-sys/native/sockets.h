// TCP sockets, addresses and eventfds: one function per system call. Knows nothing of N-API.
// Every function returns a value >= 0, or a negated errno; none retries.
#ifndef POLLAB_SOCKETS_H
#define POLLAB_SOCKETS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/** Long enough for the text of any IPv6 address with its scope. */
#define ADDRESS_TEXT_BYTES 96

/** Encodes a numeric IPv4 or IPv6 address; a name is refused with -EINVAL. Returns the number of bytes used of `out`. */
int address_encode(const char *host, uint16_t port, struct sockaddr_storage *out);
/** Decodes into text and port; -EAFNOSUPPORT for what is neither IPv4 nor IPv6. */
int address_decode(const struct sockaddr_storage *address, socklen_t bytes, char host[ADDRESS_TEXT_BYTES], uint16_t *port);

/** A close-on-exec TCP socket. `family` is 4 or 6. */
int socket_open(int family, bool nonblocking);
int socket_bind(int fd, const void *address, size_t bytes);
int socket_listen(int fd, int backlog);
int socket_accept(int fd, bool nonblocking);
int socket_connect(int fd, const void *address, size_t bytes);
int socket_receive(int fd, void *into, size_t bytes);
/** Never raises SIGPIPE. */
int socket_send(int fd, const void *from, size_t bytes);
int socket_shutdown(int fd, int how);
/** The pending error of the socket as a positive errno, which clears it; 0 when there is none. */
int socket_take_error(int fd);
int socket_set_no_delay(int fd);
int socket_set_reuse_address(int fd);
int socket_local_address(int fd, struct sockaddr_storage *out, socklen_t *bytes);
int socket_peer_address(int fd, struct sockaddr_storage *out, socklen_t *bytes);

int descriptor_close(int fd);

/** A non-blocking, close-on-exec eventfd. */
int event_create(void);
/** Makes it readable. */
int event_signal(int fd);
/** Makes it not readable. */
int event_drain(int fd);

#endif
