// Internet addresses: see addresses.h.
#include "addresses.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

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
