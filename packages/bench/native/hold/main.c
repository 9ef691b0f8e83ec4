// hold: opens connections to an echo server on 127.0.0.1 and keeps them, so that there is somebody who says nothing. Each makes one
// round trip, so that it is known to be accepted and served. One JSON line on stdout when all are there; they are closed at the end of
// standard input. Exit codes: 0 held, 1 the server or the network failed, 2 the command line does not allow it.
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "../common/arguments.h"
#include "../common/clock.h"
#include "../common/descriptors.h"

static const char usage[] =
    "usage: hold --port P --connections N [--bytes B]\n"
    "  --port        the server's port on 127.0.0.1\n"
    "  --connections 1 to 16000\n"
    "  --bytes       length of the one request of each, 8 to 4096 (64)\n";

enum { HELD_MAX = 16000, BYTES_MAX = 4096, REPLY_TIMEOUT_S = 20 };

static int connect_to(uint16_t port) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) err(EXIT_FAILURE, "socket");
  const int on = 1;
  if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0) err(EXIT_FAILURE, "setsockopt(TCP_NODELAY)");
  const struct timeval limit = {.tv_sec = REPLY_TIMEOUT_S};
  if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) != 0) err(EXIT_FAILURE, "setsockopt(SO_RCVTIMEO)");
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) err(EXIT_FAILURE, "cannot connect to 127.0.0.1:%u", port);
  return fd;
}

static void round_trip(int fd, uint64_t number, size_t bytes) {
  static uint8_t request[BYTES_MAX], reply[BYTES_MAX];
  memset(request, (int)(number & 0xff), bytes);
  memcpy(request, &number, sizeof number);
  for (size_t sent = 0; sent < bytes;) {
    ssize_t length = send(fd, request + sent, bytes - sent, MSG_NOSIGNAL);
    if (length < 0 && errno == EINTR) continue;
    if (length < 0) err(EXIT_FAILURE, "connection %" PRIu64 ": send", number);
    sent += (size_t)length;
  }
  for (size_t received = 0; received < bytes;) {
    ssize_t length = recv(fd, reply + received, bytes - received, 0);
    if (length < 0 && errno == EINTR) continue;
    if (length < 0) err(EXIT_FAILURE, "connection %" PRIu64 ": recv", number);
    if (length == 0) errx(EXIT_FAILURE, "connection %" PRIu64 ": the server closed the connection", number);
    received += (size_t)length;
  }
  if (memcmp(request, reply, bytes) != 0) errx(EXIT_FAILURE, "connection %" PRIu64 ": the reply is not the request", number);
}

int main(int argc, char **argv) {
  uint64_t port = 0, connections = 0, bytes = 64;
  const struct argument table[] = {
      {.name = "port", .required = true, .number = &port, .minimum = 1, .maximum = 65535},
      {.name = "connections", .required = true, .number = &connections, .minimum = 1, .maximum = HELD_MAX},
      {.name = "bytes", .number = &bytes, .minimum = sizeof(uint64_t), .maximum = BYTES_MAX},
  };
  arguments_parse_or_exit(argc, argv, table, sizeof table / sizeof *table, usage);
  descriptors_allow(connections + 16);
  uint64_t start = now_ns();
  for (uint64_t i = 0; i < connections; i++) round_trip(connect_to((uint16_t)port), i, bytes);
  printf("{\"connections\":%" PRIu64 ",\"elapsedNs\":%" PRIu64 "}\n", connections, now_ns() - start);
  if (fflush(stdout) != 0) err(EXIT_FAILURE, "stdout");
  char unused[64];
  while (read(STDIN_FILENO, unused, sizeof unused) > 0) continue;
  return 0;
}
