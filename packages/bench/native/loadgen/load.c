#include "load.h"

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "deadline.h"

// The first eight bytes are the connection's id and the request's number, little-endian; the rest follows from them, so that a byte
// of another request in any place is noticed.
void load_next(const struct load *load, struct connection *connection) {
  uint64_t word = (uint64_t)connection->id | connection->done << 32;
  for (uint32_t at = 0; at < load->bytes; at += sizeof word) {
    uint32_t rest = load->bytes - at;
    memcpy(connection->request + at, &word, rest < sizeof word ? rest : sizeof word);
    word = word * 6364136223846793005u + 1442695040888963407u;  // Knuth's MMIX generator
  }
  connection->sent_bytes = 0;
  connection->received_bytes = 0;
}

static int connect_to(uint16_t port, const char *phase) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) err(EXIT_FAILURE, "socket");
  const int on = 1;
  if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0) err(EXIT_FAILURE, "setsockopt(TCP_NODELAY)");
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  // The kernel finishes the handshake from the server's backlog; only a full backlog makes this wait.
  if (connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
    if (errno == EINTR) deadline_check("%s: connecting to 127.0.0.1:%u: the server's backlog of connections stays full", phase, port);
    err(EXIT_FAILURE, "%s: cannot connect to 127.0.0.1:%u", phase, port);
  }
  return fd;
}

void load_open(struct load *load, const char *phase, uint16_t port, uint32_t connection_count, uint32_t first_id, uint64_t requests,
               uint32_t bytes, struct histogram *latency) {
  *load = (struct load){.phase = phase, .bytes = bytes, .connection_count = connection_count, .open_count = connection_count};
  load->latency = latency;
  // Each connection's buffers begin on a cache line of their own.
  size_t stride = ((size_t)bytes + 1 + 63) & ~(size_t)63;
  load->connections = calloc(connection_count, sizeof *load->connections);
  load->payloads = aligned_alloc(64, connection_count * stride * 2);
  if (load->connections == NULL || load->payloads == NULL) errx(EXIT_FAILURE, "no memory for %" PRIu32 " connections", connection_count);
  for (uint32_t i = 0; i < connection_count; i++) {
    struct connection *connection = &load->connections[i];
    connection->fd = connect_to(port, phase);
    connection->id = first_id + i;
    connection->quota = requests / connection_count + (i < requests % connection_count ? 1 : 0);
    connection->request = load->payloads + stride * 2 * i;
    connection->reply = connection->request + stride;
    load_next(load, connection);
  }
}

void load_free(struct load *load) {
  free(load->payloads);
  free(load->connections);
}

void load_start(struct load *load, uint64_t now_ns) {
  for (uint32_t i = 0; i < load->connection_count; i++) load->connections[i].due_ns = now_ns;
}

_Noreturn static void wrong(const struct load *load, const struct connection *connection, const char *what) {
  errx(EXIT_FAILURE, "%s: connection %" PRIu32 ", request %" PRIu64 " of %" PRIu64 ": %s", load->phase, connection->id,
       connection->done + 1, connection->quota, what);
}

void load_broken(const struct load *load, const struct connection *connection, const char *call, int error) {
  errx(EXIT_FAILURE, "%s: connection %" PRIu32 ", request %" PRIu64 " of %" PRIu64 ": %s: %s", load->phase, connection->id,
       connection->done + 1, connection->quota, call, strerror(error));
}

bool load_replied(struct load *load, struct connection *connection, size_t length, uint64_t now_ns) {
  if (length == 0) wrong(load, connection, "the server closed the connection before the reply was complete");
  connection->received_bytes += (uint32_t)length;
  if (connection->received_bytes < load->bytes) return false;
  if (connection->received_bytes > load->bytes) wrong(load, connection, "the reply is longer than the request");
  if (memcmp(connection->request, connection->reply, load->bytes) != 0) {
    wrong(load, connection, "the reply is not the request: the server sent other bytes back");
  }
  histogram_record(load->latency, now_ns - connection->due_ns);
  load->done++;
  connection->done++;
  load->last_reply_ns = now_ns;
  return true;
}

bool load_received(struct load *load, struct connection *connection, size_t length, uint64_t now_ns) {
  if (!load_replied(load, connection, length, now_ns)) return false;
  connection->due_ns = now_ns;
  if (connection->done == connection->quota) {
    // At once: a server that serves one connection after the other waits for it.
    load_end(load, connection);
    return false;
  }
  load_next(load, connection);
  return true;
}

void load_end(struct load *load, struct connection *connection) {
  close(connection->fd);
  connection->fd = -1;
  load->open_count--;
}
