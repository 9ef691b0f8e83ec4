// Socket options: see socket(7), ip(7), tcp(7). Knows nothing of N-API. A value >= 0, or a negated errno.
#ifndef POLLAB_OPTIONS_H
#define POLLAB_OPTIONS_H
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

/** Options whose value is an int that is never negative. */
int option_set(int fd, int level, int option, int value);
int option_get(int fd, int level, int option);
/** SO_LINGER: for `seconds`, or not at all when they are negative. */
int option_set_linger(int fd, int seconds);
/** The seconds, or -ENODATA when it is off. */
int option_get_linger(int fd);
/** Joins or leaves a multicast group on an interface; index 0 lets the kernel choose. */
int option_change_group(int fd, const void *group, size_t bytes, unsigned interface, bool join);
/** SO_PEERCRED of a connected Unix socket. */
int option_peer_credentials(int fd, struct ucred *out);

#endif
