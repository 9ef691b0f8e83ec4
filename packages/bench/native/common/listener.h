// How an echo server begins and ends: a listening socket on 127.0.0.1, the line that says where, and the signals that ask it to
// stop. Accepted sockets inherit TCP_NODELAY from the listening one (tcp(7) leaves it open; Linux does).
#ifndef POLLAB_LISTENER_H
#define POLLAB_LISTENER_H

#include <stdint.h>

// Connections that an echo server can have open at once, and the size of a table that has a place for each of their descriptors:
// the kernel hands out the lowest free one (open(2)), and a few are taken already.
enum { CONNECTIONS_MAX = 16384, DESCRIPTORS_MAX = CONNECTIONS_MAX + 32 };

// The port of `--port N` (0: the kernel chooses).
uint16_t listener_port_argument(int argc, char **argv, const char *usage);

// Opens a non-blocking listening socket, with room for CONNECTIONS_MAX descriptors as far as the hard limit goes. Ends the program when it cannot.
int listener_open(uint16_t port);

// Prints `listening 127.0.0.1:PORT pid=PID`.
void listener_announce(int listener);

// A descriptor (signalfd(2)) that is readable once SIGINT or SIGTERM has asked the program to stop.
int stop_signal_open(void);

#endif
