// Socket options: see options.h.
#include "options.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>

static int result(int returned) {
  return returned < 0 ? -errno : returned;
}

int option_set(int fd, int level, int option, int value) {
  return result(setsockopt(fd, level, option, &value, sizeof value));
}

int option_get(int fd, int level, int option) {
  int value = 0;
  socklen_t bytes = sizeof value;
  if (getsockopt(fd, level, option, &value, &bytes) < 0) return -errno;
  return value;
}

int option_set_linger(int fd, int seconds) {
  const struct linger linger = {.l_onoff = seconds >= 0, .l_linger = seconds >= 0 ? seconds : 0};
  return result(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger));
}

int option_get_linger(int fd) {
  struct linger linger = {0};
  socklen_t bytes = sizeof linger;
  if (getsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, &bytes) < 0) return -errno;
  return linger.l_onoff == 0 ? -ENODATA : linger.l_linger;
}

int option_change_group(int fd, const void *group, size_t bytes, unsigned interface, bool join) {
  struct group_req request = {.gr_interface = interface};
  if (bytes > sizeof request.gr_group) return -EINVAL;
  memcpy(&request.gr_group, group, bytes);
  int level = request.gr_group.ss_family == AF_INET6 ? IPPROTO_IPV6 : IPPROTO_IP;
  return result(setsockopt(fd, level, join ? MCAST_JOIN_GROUP : MCAST_LEAVE_GROUP, &request, sizeof request));
}

int option_peer_credentials(int fd, struct ucred *out) {
  socklen_t bytes = sizeof *out;
  return result(getsockopt(fd, SOL_SOCKET, SO_PEERCRED, out, &bytes));
}
