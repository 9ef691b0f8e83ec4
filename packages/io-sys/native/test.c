// Checks the core on its own, under the sanitizers: exit code 0 when everything held.
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "parked.h"
#include "slabs.h"
#include "sockets.h"

#define CHECK(condition)                                                            \
  do {                                                                              \
    if (!(condition)) {                                                             \
      fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__, #condition); \
      exit(1);                                                                      \
    }                                                                               \
  } while (0)

static void count_lent(slab *slab, int32_t lent) {
  memcpy(slab->base + slab->mapped_bytes - sizeof lent, &lent, sizeof lent);
}

static void a_range_lies_inside_of_its_slab(void) {
  slab_table table = {0};
  CHECK(slab_create(&table, 0) == -EINVAL);
  CHECK(slab_create(&table, (size_t)INT32_MAX + 1) == -EINVAL);
  CHECK(slab_create(&table, 5000) == 0);
  slab *slab = slab_find(&table, 0);
  CHECK(slab_range(&table, 0, 0, 5000) == slab->base);
  CHECK(slab_range(&table, 0, 5000, 0) == slab->base + 5000);
  CHECK(slab_range(&table, 0, 4999, 1) == slab->base + 4999);
  CHECK(slab_range(&table, 0, 4999, 2) == NULL);
  CHECK(slab_range(&table, 0, 5001, 0) == NULL);
  CHECK(slab_range(&table, 0, 1, UINT32_MAX) == NULL);
  CHECK(slab_range(&table, 0, UINT32_MAX, 1) == NULL);
  CHECK(slab_range(&table, 1, 0, 0) == NULL);
  slab_release(slab);
  slab_table_clear(&table);
}

static void an_id_is_never_used_twice(void) {
  slab_table table = {0};
  for (int id = 0; id < 100; id++) {
    CHECK(slab_create(&table, 1) == id);
    slab *slab = slab_find(&table, (uint32_t)id);
    CHECK(slab_unmap(slab) == 0);
    CHECK(slab_unmap(slab) == 0);
    CHECK(slab_find(&table, (uint32_t)id) == NULL);
    CHECK(slab_range(&table, (uint32_t)id, 0, 0) == NULL);
    slab_release(slab);
  }
  slab_table_clear(&table);
}

static void a_slab_with_a_lent_buffer_stays_mapped(void) {
  slab_table table = {0};
  CHECK(slab_create(&table, 4096) == 0);
  slab *slab = slab_find(&table, 0);
  unsigned char *base = slab->base;
  size_t mapped_bytes = slab->mapped_bytes;
  count_lent(slab, 1);
  CHECK(slab_unmap(slab) == -EBUSY);
  slab_release(slab);
  slab_table_clear(&table);
  // Both owners are gone; the memory is still there.
  memset(base, 1, mapped_bytes);
}

static void addresses_survive_encoding_and_decoding(void) {
  const char *hosts[] = {"127.0.0.1", "255.255.255.255", "::1", "2001:db8::ff"};
  for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
    struct sockaddr_storage address;
    char host[ADDRESS_TEXT_BYTES];
    uint16_t port;
    int bytes = address_encode(hosts[i], 65535, &address);
    CHECK(bytes > 0);
    CHECK(address_decode(&address, (socklen_t)bytes, host, &port) == 0);
    CHECK(strcmp(host, hosts[i]) == 0 && port == 65535);
    CHECK(address_decode(&address, 2, host, &port) == -EAFNOSUPPORT);
  }
  struct sockaddr_storage address;
  CHECK(address_encode("localhost", 1, &address) == -EINVAL);
  CHECK(address_encode("", 1, &address) == -EINVAL);
}

static void bytes_travel_between_sockets_and_end(void) {
  struct sockaddr_storage address;
  socklen_t bytes;
  int encoded = address_encode("127.0.0.1", 0, &address);
  int listener = socket_open(4, true);
  CHECK(listener >= 0 && socket_set_reuse_address(listener) == 0);
  CHECK(socket_bind(listener, &address, sizeof address + 1) == -EINVAL);
  CHECK(socket_bind(listener, &address, (size_t)encoded) == 0 && socket_listen(listener, 8) == 0);
  CHECK(socket_accept(listener, true) == -EAGAIN);
  CHECK(socket_local_address(listener, &address, &bytes) == 0);

  int client = socket_open(4, false);
  CHECK(socket_peer_address(client, &address, &bytes) == -ENOTCONN);
  CHECK(socket_local_address(listener, &address, &bytes) == 0);
  CHECK(socket_connect(client, &address, sizeof address + 1) == -EINVAL);
  CHECK(socket_connect(client, &address, bytes) == 0);
  CHECK(socket_take_error(client) == 0 && socket_set_no_delay(client) == 0);
  int server = socket_accept(listener, true);
  CHECK(server >= 0);

  char text[8];
  CHECK(socket_receive(server, text, sizeof text) == -EAGAIN);
  CHECK(socket_send(client, "abc", 3) == 3);
  CHECK(socket_receive(server, text, sizeof text) == 3 && memcmp(text, "abc", 3) == 0);
  CHECK(socket_shutdown(client, SHUT_WR) == 0);
  CHECK(socket_receive(server, text, sizeof text) == 0);
  // Without MSG_NOSIGNAL this would end the process.
  CHECK(socket_send(client, "x", 1) == -EPIPE);

  CHECK(descriptor_close(server) == 0 && descriptor_close(server) == -EBADF);
  CHECK(descriptor_close(client) == 0 && descriptor_close(listener) == 0);
  CHECK(socket_open(5, true) == -EAFNOSUPPORT);
}

static bool is_signalled(int event_fd) {
  uint64_t count;
  return read(event_fd, &count, sizeof count) == sizeof count;
}

static void an_eventfd_is_drained_and_signalled_again(void) {
  int fd = event_create();
  CHECK(fd >= 0 && event_drain(fd) == 0);
  CHECK(event_signal(fd) == 0 && event_signal(fd) == 0);
  CHECK(event_drain(fd) == 0 && !is_signalled(fd));
  const uint64_t most = UINT64_MAX - 1;
  CHECK(write(fd, &most, sizeof most) == sizeof most);
  CHECK(event_signal(fd) == 0 && is_signalled(fd));
  CHECK(descriptor_close(fd) == 0);
  CHECK(event_signal(fd) == -EBADF && event_drain(fd) == -EBADF);
}

static void *register_and_unregister(void *unused) {
  (void)unused;
  for (int i = 0; i < 2000; i++) {
    int fd = event_create();
    CHECK(fd >= 0 && parked_register(fd, 3) == 0);
    CHECK(parked_unregister(fd) == 0 && descriptor_close(fd) == 0);
  }
  return NULL;
}

static void parked_threads_are_signalled_by_number_and_all_at_once(void) {
  int fds[40];
  for (int i = 0; i < 40; i++) {
    fds[i] = event_create();
    CHECK(parked_register(fds[i], i < 20 ? 1 : 2) == 0);
  }
  CHECK(parked_signal(2) == 20);
  for (int i = 0; i < 40; i++) CHECK(is_signalled(fds[i]) == (i >= 20));

  // A thread that comes and goes meanwhile: its eventfd is never signalled after it was closed, which would show as EBADF.
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, register_and_unregister, NULL) == 0);
  for (int i = 0; i < 2000; i++) CHECK(parked_signal(3) <= 1);
  CHECK(pthread_join(thread, NULL) == 0);

  CHECK(*parked_leaving() == 0);
  CHECK(parked_release() == 40 && *parked_leaving() == 1);
  for (int i = 0; i < 40; i++) {
    CHECK(is_signalled(fds[i]));
    CHECK(parked_unregister(fds[i]) == 0 && parked_unregister(fds[i]) == -ENOENT);
    CHECK(descriptor_close(fds[i]) == 0);
  }
  CHECK(parked_release() == 0);
}

int main(void) {
  a_range_lies_inside_of_its_slab();
  an_id_is_never_used_twice();
  a_slab_with_a_lent_buffer_stays_mapped();
  addresses_survive_encoding_and_decoding();
  bytes_travel_between_sockets_and_end();
  an_eventfd_is_drained_and_signalled_again();
  parked_threads_are_signalled_by_number_and_all_at_once();
  return 0;
}
