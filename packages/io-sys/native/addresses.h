// Internet addresses between text and `struct sockaddr`. Knows nothing of N-API.
#ifndef POLLAB_ADDRESSES_H
#define POLLAB_ADDRESSES_H
#include <stdint.h>
#include <sys/socket.h>

/** Long enough for the text of any IPv6 address with its scope. */
#define ADDRESS_TEXT_BYTES 96

/** Encodes a numeric IPv4 or IPv6 address; a name is refused with -EINVAL. Returns the number of bytes used of `out`. */
int address_encode(const char *host, uint16_t port, struct sockaddr_storage *out);
/** Decodes into text and port; -EAFNOSUPPORT for what is neither IPv4 nor IPv6. */
int address_decode(const struct sockaddr_storage *address, socklen_t bytes, char host[ADDRESS_TEXT_BYTES], uint16_t *port);

#endif
