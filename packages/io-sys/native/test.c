// Checks the core on its own, under the sanitizers: exit code 0 when everything held.
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "addresses.h"
#include "descriptors.h"
#include "options.h"
#include "owned.h"
#include "parked.h"
#include "signals.h"
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
  int bytes;
  int encoded = address_encode("127.0.0.1", 0, &address);
  int listener = socket_open(4, SOCK_STREAM, true);
  CHECK(listener >= 0 && option_set(listener, SOL_SOCKET, SO_REUSEADDR, 1) == 0);
  CHECK(socket_bind(listener, &address, sizeof address + 1) == -EINVAL);
  CHECK(socket_bind(listener, &address, (size_t)encoded) == 0 && socket_listen(listener, 8) == 0);
  CHECK(socket_accept(listener, true) == -EAGAIN);

  int client = socket_open(4, SOCK_STREAM, false);
  CHECK(socket_peer_name(client, &address, sizeof address) == -ENOTCONN);
  CHECK(socket_name(listener, &address, 4) == -ENOBUFS);
  bytes = socket_name(listener, &address, sizeof address);
  CHECK(bytes == (int)sizeof(struct sockaddr_in));
  CHECK(socket_connect(client, &address, sizeof address + 1) == -EINVAL);
  CHECK(socket_connect(client, &address, (size_t)bytes) == 0);
  CHECK(socket_take_error(client) == 0 && option_set(client, IPPROTO_TCP, TCP_NODELAY, 1) == 0);
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
  CHECK(socket_open(5, SOCK_STREAM, true) == -EAFNOSUPPORT);
}

static void vectors_travel_in_order(void) {
  int32_t ends[2];
  CHECK(socket_pair(SOCK_RAW, true, ends) == -ESOCKTNOSUPPORT);
  CHECK(socket_pair(SOCK_STREAM, true, ends) == 0);
  char first[2], second[4];
  const struct iovec out[] = {{.iov_base = "ab", .iov_len = 2}, {.iov_base = "cde", .iov_len = 3}};
  const struct iovec in[] = {{.iov_base = first, .iov_len = sizeof first}, {.iov_base = second, .iov_len = sizeof second}};
  CHECK(socket_send_vectors(ends[0], out, 2) == 5);
  CHECK(socket_receive_vectors(ends[1], in, 2) == 5);
  CHECK(memcmp(first, "ab", 2) == 0 && memcmp(second, "cde", 3) == 0);
  CHECK(descriptor_write_vectors(ends[0], out, 2) == 5 && descriptor_read_vectors(ends[1], in, 2) == 5);
  CHECK(socket_receive_vectors(ends[1], in, 2) == -EAGAIN);
  CHECK(descriptor_close(ends[1]) == 0);
  CHECK(socket_send_vectors(ends[0], out, 2) == -EPIPE);
  CHECK(descriptor_close(ends[0]) == 0);
}

static void datagrams_tell_their_source_and_what_was_cut_off(void) {
  struct sockaddr_storage address;
  datagram_source source;
  char text[4];
  int encoded = address_encode("127.0.0.1", 0, &address);
  int a = socket_open(4, SOCK_DGRAM, true), b = socket_open(4, SOCK_DGRAM, true);
  CHECK(a >= 0 && b >= 0);
  CHECK(socket_bind(a, &address, (size_t)encoded) == 0 && socket_bind(b, &address, (size_t)encoded) == 0);
  CHECK(socket_receive_from(a, text, sizeof text, &source) == -EAGAIN);
  int bytes = socket_name(a, &address, sizeof address);
  CHECK(socket_send_to(b, "abcdef", 6, &address, sizeof address + 1) == -EINVAL);
  CHECK(socket_send_to(b, "abcdef", 6, &address, (size_t)bytes) == 6);
  CHECK(socket_send_to(b, "", 0, &address, (size_t)bytes) == 0);
  CHECK(socket_receive_from(a, text, sizeof text, &source) == 4 && source.truncated == 1);
  bytes = socket_name(b, &address, sizeof address);
  CHECK(source.address_bytes == (uint32_t)bytes && memcmp(&source.address, &address, (size_t)bytes) == 0);
  CHECK(socket_receive_from(a, text, sizeof text, &source) == 0 && source.truncated == 0);
  CHECK(descriptor_close(a) == 0 && descriptor_close(b) == 0);

  int32_t ends[2];
  CHECK(socket_pair(SOCK_DGRAM, true, ends) == 0);
  CHECK(socket_send(ends[0], "x", 1) == 1);
  CHECK(socket_receive_from(ends[1], text, sizeof text, &source) == 1 && source.address_bytes == 0);
  struct sockaddr_un unnamed;
  CHECK(socket_peer_name(ends[0], &unnamed, sizeof unnamed) == (int)sizeof(sa_family_t));
  CHECK(descriptor_close(ends[0]) == 0 && descriptor_close(ends[1]) == 0);
}

static void options_are_what_they_were_set_to(void) {
  int fd = socket_open(4, SOCK_STREAM, true);
  CHECK(option_get(fd, SOL_SOCKET, SO_KEEPALIVE) == 0 && option_set(fd, SOL_SOCKET, SO_KEEPALIVE, 1) == 0);
  CHECK(option_get(fd, SOL_SOCKET, SO_KEEPALIVE) == 1);
  CHECK(option_get_linger(fd) == -ENODATA && option_set_linger(fd, 0) == 0 && option_get_linger(fd) == 0);
  CHECK(option_set_linger(fd, -1) == 0 && option_get_linger(fd) == -ENODATA);
  CHECK(option_get(fd, 12345, 1) < 0 && option_set(-1, SOL_SOCKET, SO_KEEPALIVE, 1) == -EBADF);
  CHECK(option_set_linger(-1, 0) == -EBADF && option_get_linger(-1) == -EBADF);
  CHECK(descriptor_close(fd) == 0);

  fd = socket_open(4, SOCK_DGRAM, true);
  struct sockaddr_storage group;
  int bytes = address_encode("239.1.2.3", 0, &group);
  CHECK(option_change_group(fd, &group, sizeof group + 1, 0, true) == -EINVAL);
  CHECK(option_change_group(fd, &group, (size_t)bytes, 0, false) == -EADDRNOTAVAIL);
  CHECK(descriptor_close(fd) == 0);

  int32_t ends[2];
  struct ucred peer;
  CHECK(socket_pair(SOCK_STREAM, true, ends) == 0);
  CHECK(option_peer_credentials(ends[0], &peer) == 0 && peer.pid == getpid() && peer.uid == getuid());
  CHECK(option_peer_credentials(-1, &peer) == -EBADF);
  CHECK(descriptor_close(ends[0]) == 0 && descriptor_close(ends[1]) == 0);
}

static void bytes_move_between_descriptors(void) {
  int32_t ends[2], sockets[2];
  char text[8];
  CHECK(pipe_create(true, ends) == 0 && socket_pair(SOCK_STREAM, true, sockets) == 0);
  CHECK(descriptor_read(ends[0], text, sizeof text) == -EAGAIN);
  CHECK(transfer_splice(ends[0], sockets[0], 8) == -EAGAIN);
  CHECK(descriptor_write(ends[1], "abcde", 5) == 5);
  CHECK(transfer_splice(ends[0], sockets[0], 3) == 3);
  CHECK(descriptor_read(ends[0], text, sizeof text) == 2);
  CHECK(socket_receive(sockets[1], text, sizeof text) == 3 && memcmp(text, "abc", 3) == 0);

  FILE *file = tmpfile();
  CHECK(file != NULL && fputs("0123456789", file) >= 0 && fflush(file) == 0);
  CHECK(transfer_sendfile(sockets[0], fileno(file), 4, 100) == 6);
  CHECK(transfer_sendfile(sockets[0], fileno(file), 10, 100) == 0);
  CHECK(transfer_sendfile(sockets[0], fileno(file), -1, 100) == -EINVAL);
  CHECK(socket_receive(sockets[1], text, sizeof text) == 6 && memcmp(text, "456789", 6) == 0);
  CHECK(fclose(file) == 0);

  // SIGPIPE is for the process to ignore: there is no flag against it.
  CHECK(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
  CHECK(descriptor_close(ends[0]) == 0 && descriptor_write(ends[1], "x", 1) == -EPIPE);
  CHECK(descriptor_close(ends[1]) == 0 && descriptor_close(sockets[0]) == 0 && descriptor_close(sockets[1]) == 0);
}

static void waiting_is_switched_for_all_or_for_one_who_opens_anew(void) {
  int32_t ends[2], sockets[2];
  CHECK(pipe_create(false, ends) == 0);
  int anew = descriptor_reopen(ends[0], false);
  char text[2];
  CHECK(anew >= 0 && descriptor_read(anew, text, sizeof text) == -EAGAIN);
  CHECK((fcntl(ends[0], F_GETFL) & O_NONBLOCK) == 0);
  CHECK(descriptor_set_nonblocking(ends[0], true) == 0 && descriptor_set_nonblocking(ends[0], true) == 1);
  CHECK(descriptor_read(ends[0], text, sizeof text) == -EAGAIN);
  CHECK(descriptor_set_nonblocking(ends[0], false) == 1 && descriptor_set_nonblocking(-1, true) == -EBADF);
  const int duplicate = descriptor_duplicate(ends[1]);
  CHECK(duplicate >= 0 && (fcntl(duplicate, F_GETFD) & FD_CLOEXEC) != 0 && descriptor_duplicate(-1) == -EBADF);
  CHECK(descriptor_write(duplicate, "x", 1) == 1 && descriptor_close(duplicate) == 0);
  CHECK(descriptor_read(ends[0], text, sizeof text) == 1);
  CHECK(socket_pair(SOCK_STREAM, false, sockets) == 0);
  CHECK(descriptor_reopen(sockets[0], true) == -ENXIO);
  CHECK(descriptor_close(anew) == 0 && descriptor_close(ends[0]) == 0 && descriptor_close(ends[1]) == 0);
  CHECK(descriptor_close(sockets[0]) == 0 && descriptor_close(sockets[1]) == 0);
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

static atomic_int found_handler_calls;

static void found_handler(int number) {
  (void)number;
  found_handler_calls++;
}

static void *watch_and_unwatch(void *unused) {
  (void)unused;
  for (int i = 0; i < 2000; i++) {
    int fd = event_create();
    CHECK(fd >= 0 && signal_watch(SIGUSR2, fd) == 0);
    CHECK(signal_unwatch(SIGUSR2, fd) == 0 && descriptor_close(fd) == 0);
  }
  return NULL;
}

static void signals_reach_every_eventfd_and_the_handler_that_was_there(void) {
  const int first = event_create(), second = event_create();
  struct sigaction now, found = {.sa_handler = found_handler};
  CHECK(sigaction(SIGUSR2, &found, NULL) == 0);
  CHECK(signal_watch(SIGKILL, first) == -EINVAL && signal_watch(SIGSEGV, first) == -EINVAL && signal_watch(SIGCHLD, first) == -EINVAL);
  CHECK(signal_watch(0, first) == -EINVAL && signal_watch(65, first) == -EINVAL && signal_watch(SIGUSR2, -1) == -EINVAL);
  CHECK(signal_unwatch(SIGUSR2, first) == -ENOENT && signal_rearm(SIGUSR2) == 0);

  CHECK(signal_watch(SIGUSR2, first) == 0 && signal_watch(SIGUSR2, second) == 0);
  CHECK(raise(SIGUSR2) == 0);
  CHECK(is_signalled(first) && is_signalled(second) && found_handler_calls == 1);
  CHECK(signal_unwatch(SIGUSR2, second) == 0);
  CHECK(raise(SIGUSR2) == 0);
  CHECK(is_signalled(first) && !is_signalled(second) && found_handler_calls == 2);

  // Somebody else installs another handler: it is called after ours once ours is installed again.
  CHECK(signal_rearm(SIGUSR2) == 0);
  CHECK(sigaction(SIGUSR2, &found, NULL) == 0 && signal_rearm(SIGUSR2) == 1);
  CHECK(raise(SIGUSR2) == 0);
  CHECK(is_signalled(first) && found_handler_calls == 3);

  // Meanwhile another thread comes and goes.
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, watch_and_unwatch, NULL) == 0);
  for (int i = 0; i < 2000; i++) CHECK(kill(getpid(), SIGUSR2) == 0);
  CHECK(pthread_join(thread, NULL) == 0);

  CHECK(signal_unwatch(SIGUSR2, first) == 0);
  CHECK(sigaction(SIGUSR2, NULL, &now) == 0 && now.sa_handler == found_handler);
  CHECK(descriptor_close(first) == 0 && descriptor_close(second) == 0);
}

static void a_handler_for_once_is_not_called_but_put_back(void) {
  const int fd = event_create();
  struct sigaction now, once = {.sa_handler = found_handler, .sa_flags = (int)SA_RESETHAND};
  found_handler_calls = 0;
  CHECK(sigaction(SIGTERM, &once, NULL) == 0);
  CHECK(signal_watch(SIGTERM, fd) == 0 && raise(SIGTERM) == 0 && raise(SIGTERM) == 0);
  CHECK(is_signalled(fd) && found_handler_calls == 0);
  CHECK(signal_unwatch(SIGTERM, fd) == 0);
  CHECK(sigaction(SIGTERM, NULL, &now) == 0 && now.sa_handler == found_handler);
  CHECK(((unsigned)now.sa_flags & SA_RESETHAND) != 0);
  CHECK(descriptor_close(fd) == 0);
}

static void no_more_eventfds_than_there_is_room_for_are_told_of_signals(void) {
  for (int fd = 0; fd < 256; fd++) CHECK(signal_watch(SIGWINCH, fd) == 0);
  CHECK(signal_watch(SIGWINCH, 256) == -ENOSPC);
  for (int fd = 0; fd < 256; fd++) CHECK(signal_unwatch(SIGWINCH, fd) == 0);
}

static bool is_open(int fd) {
  return fcntl(fd, F_GETFD) >= 0;
}

static void an_owner_ends_with_its_descriptors_and_no_others(void) {
  const int owner = 0, other = 0;
  int fds[200];
  for (int i = 0; i < 200; i++) {
    fds[i] = event_create();
    CHECK(fds[i] >= 0);
    CHECK(owned_adopt(fds[i], i < 100 ? (const void *)&owner : (const void *)&other) == 0);
  }
  CHECK(parked_register(fds[0], 7) == 0);
  CHECK(signal_watch(SIGWINCH, fds[0]) == 0);
  CHECK(signal_watch(SIGWINCH, fds[100]) == 0);
  owned_release(fds[1]);
  owned_release(1 << 20);
  owned_close_all(&owner);
  for (int i = 0; i < 200; i++) CHECK(is_open(fds[i]) == (i == 1 || i >= 100));
  // Neither registry knows the number any more, which may be somebody else's.
  CHECK(parked_signal(7) == 0);
  CHECK(signal_unwatch(SIGWINCH, fds[0]) == -ENOENT);
  CHECK(signal_unwatch(SIGWINCH, fds[100]) == 0);
  owned_close_all(&owner);
  CHECK(is_open(fds[1]));
  CHECK(descriptor_close(fds[1]) == 0);
  owned_close_all(&other);
  CHECK(!is_open(fds[199]));
}

int main(void) {
  a_range_lies_inside_of_its_slab();
  an_id_is_never_used_twice();
  a_slab_with_a_lent_buffer_stays_mapped();
  addresses_survive_encoding_and_decoding();
  bytes_travel_between_sockets_and_end();
  vectors_travel_in_order();
  datagrams_tell_their_source_and_what_was_cut_off();
  options_are_what_they_were_set_to();
  bytes_move_between_descriptors();
  waiting_is_switched_for_all_or_for_one_who_opens_anew();
  an_eventfd_is_drained_and_signalled_again();
  parked_threads_are_signalled_by_number_and_all_at_once();
  signals_reach_every_eventfd_and_the_handler_that_was_there();
  a_handler_for_once_is_not_called_but_put_back();
  no_more_eventfds_than_there_is_room_for_are_told_of_signals();
  an_owner_ends_with_its_descriptors_and_no_others();
  return 0;
}
