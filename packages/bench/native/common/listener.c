#include "listener.h"

#include <arpa/inet.h>
#include <err.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "arguments.h"
#include "descriptors.h"

uint16_t listener_port_argument(int argc, char **argv, const char *usage) {
  uint64_t port;
  const struct argument table[] = {{.name = "port", .required = true, .number = &port, .minimum = 0, .maximum = 65535}};
  arguments_parse_or_exit(argc, argv, table, 1, usage);
  return (uint16_t)port;
}

int listener_open(uint16_t port) {
  descriptors_allow_up_to(DESCRIPTORS_MAX);
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) err(EXIT_FAILURE, "socket");
  const int on = 1;
  if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0) err(EXIT_FAILURE, "setsockopt(SO_REUSEADDR)");
  if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0) err(EXIT_FAILURE, "setsockopt(TCP_NODELAY)");
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (bind(fd, (const struct sockaddr *)&address, sizeof address) != 0) err(EXIT_FAILURE, "cannot bind 127.0.0.1:%u", port);
  if (listen(fd, CONNECTIONS_MAX) != 0) err(EXIT_FAILURE, "listen");
  return fd;
}

void listener_announce(int listener) {
  struct sockaddr_in address;
  socklen_t length = sizeof address;
  if (getsockname(listener, (struct sockaddr *)&address, &length) != 0) err(EXIT_FAILURE, "getsockname");
  printf("listening 127.0.0.1:%u pid=%d\n", ntohs(address.sin_port), (int)getpid());
  if (fflush(stdout) != 0) err(EXIT_FAILURE, "stdout");
}

int stop_signal_open(void) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  if (sigprocmask(SIG_BLOCK, &signals, NULL) != 0) err(EXIT_FAILURE, "sigprocmask");
  int fd = signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
  if (fd < 0) err(EXIT_FAILURE, "signalfd");
  return fd;
}
