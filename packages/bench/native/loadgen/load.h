// Connections, each with at most one request outstanding, what must hold of every reply, and the closed loop. It knows nothing of how
// bytes are moved; an engine (engine-epoll.c, engine-uring.c, open-loop.c) moves them and reports here.
//
// In the closed loop a request is due at the moment when the connection's previous reply was seen, that is when the wait that reported
// it returned; in the open loop, when its schedule says. Latency runs from there to the moment when its own reply is seen, so that what
// the generator itself delays is not hidden.
#ifndef POLLAB_LOAD_H
#define POLLAB_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../common/histogram.h"

enum { LOAD_CONNECTIONS_MAX = 4096, LOAD_BYTES_MIN = 8, LOAD_BYTES_MAX = 16 << 20, LOAD_OUTSTANDING_BYTES_MAX = 256 << 20 };

struct connection {
  int fd;
  uint32_t id;  // unique in the program's run
  uint64_t quota;  // requests that this connection makes in all
  uint64_t done;
  uint64_t due_ns;
  uint32_t sent_bytes;  // of the outstanding request
  uint32_t received_bytes;  // of its reply
  uint8_t *request;
  uint8_t *reply;  // one byte longer than a request, to notice a reply that is too long
};

struct load {
  const char *phase;  // for messages
  uint32_t bytes;  // length of a request and of its reply
  uint32_t connection_count;
  uint32_t open_count;
  uint64_t done;  // replies that have arrived and were right
  uint64_t last_reply_ns;
  struct histogram *latency;
  struct connection *connections;
  uint8_t *payloads;
};

// Connects `connection_count` sockets to 127.0.0.1:port, numbered from `first_id`, and shares `requests` out among them, the
// remainder to the first ones. Ends the program when it cannot.
void load_open(struct load *load, const char *phase, uint16_t port, uint32_t connection_count, uint32_t first_id, uint64_t requests,
               uint32_t bytes, struct histogram *latency);

// Frees what load_open took; every connection is closed by then.
void load_free(struct load *load);

// Makes every connection's first request due now. The engine sends them.
void load_start(struct load *load, uint64_t now_ns);

// Takes note of `length` more bytes of reply (0: end of stream). Ends the program if they are wrong. Returns true when the reply is
// complete: its latency is recorded.
bool load_replied(struct load *load, struct connection *connection, size_t length, uint64_t now_ns);

// Makes the connection's next request ready to be sent.
void load_next(const struct load *load, struct connection *connection);

// Closes the connection; its fd is -1 then.
void load_end(struct load *load, struct connection *connection);

// The same in the closed loop. Returns true when the reply is complete and the next request is due, ready to be sent; false when there
// is nothing to send: because the reply is not complete, or because it was the last (then the connection is closed).
bool load_received(struct load *load, struct connection *connection, size_t length, uint64_t now_ns);

// Ends the program because a system call on a connection failed.
_Noreturn void load_broken(const struct load *load, const struct connection *connection, const char *call, int error);

#endif
