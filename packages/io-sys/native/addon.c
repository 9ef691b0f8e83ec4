// What JavaScript sees of the core: each function converts its arguments, makes one call and returns its int, which is a
// negated errno when it failed. Arguments of a wrong type or range are refused with -EINVAL, memory outside of a slab or a view
// with -EFAULT, before anything is touched. Loads in any number of threads; each has a state of its own.
#include <node_api.h>

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "parked.h"
#include "slabs.h"
#include "sockets.h"

#define MAX_ARGUMENTS 4

typedef struct environment {
  slab_table slabs;
} environment;

typedef struct call {
  environment *environment;
  napi_value at[MAX_ARGUMENTS];
} call;

// Missing arguments are undefined, which every conversion refuses.
static bool open_call(napi_env env, napi_callback_info info, call *out) {
  size_t count = MAX_ARGUMENTS;
  void *data;
  if (napi_get_cb_info(env, info, &count, out->at, NULL, &data) != napi_ok) return false;
  out->environment = data;
  return true;
}

static napi_value integer(napi_env env, int value) {
  napi_value out;
  return napi_create_int32(env, value, &out) == napi_ok ? out : NULL;
}

// napi_get_value_uint32 wraps what does not fit, so that 2**32 would be 0 here.
static bool get_uint32(napi_env env, napi_value from, uint32_t *out) {
  double value;
  if (napi_get_value_double(env, from, &value) != napi_ok) return false;
  if (!(value >= 0 && value <= UINT32_MAX)) return false;
  *out = (uint32_t)value;
  return (double)*out == value;
}

static bool get_descriptor(napi_env env, napi_value from, int *out) {
  uint32_t value;
  if (!get_uint32(env, from, &value) || value > INT32_MAX) return false;
  *out = (int)value;
  return true;
}

static bool get_view(napi_env env, napi_value from, void **data, size_t *bytes) {
  bool is_typed_array;
  napi_typedarray_type type;
  if (napi_is_typedarray(env, from, &is_typed_array) != napi_ok || !is_typed_array) return false;
  if (napi_get_typedarray_info(env, from, &type, bytes, data, NULL, NULL) != napi_ok) return false;
  return type == napi_uint8_array;
}

static bool set(napi_env env, napi_value object, const char *name, napi_value value) {
  return value != NULL && napi_set_named_property(env, object, name, value) == napi_ok;
}

// --- Slabs

// The collector found the ArrayBuffer unreachable, or the environment ends, or the buffer was detached.
static void finalize_slab(node_api_basic_env env, void *data, void *hint) {
  (void)env;
  (void)data;
  slab *released = hint;
  // Nothing in JavaScript can reach it: unmap now, although the table keeps the record.
  (void)slab_unmap(released);
  slab_release(released);
}

// createSlab(bytes) -> { id, buffer, addressLow, addressHigh } or -errno
static napi_value create_slab(napi_env env, napi_callback_info info) {
  call call;
  uint32_t bytes;
  if (!open_call(env, info, &call)) return NULL;
  if (!get_uint32(env, call.at[0], &bytes)) return integer(env, -EINVAL);
  int id = slab_create(&call.environment->slabs, bytes);
  if (id < 0) return integer(env, id);
  slab *created = slab_find(&call.environment->slabs, (uint32_t)id);
  uint64_t address = (uintptr_t)created->base;
  napi_value out, buffer;
  if (napi_create_external_arraybuffer(env, created->base, created->mapped_bytes, finalize_slab, created, &buffer) != napi_ok) {
    // The record stays with the table: whether the finalizer will still run is not known here.
    (void)slab_unmap(created);
    return integer(env, -ENOMEM);
  }
  if (napi_create_object(env, &out) != napi_ok) return NULL;
  bool complete = set(env, out, "id", integer(env, id)) && set(env, out, "buffer", buffer) &&
                  set(env, out, "addressLow", integer(env, (int32_t)(uint32_t)address)) &&
                  set(env, out, "addressHigh", integer(env, (int32_t)(uint32_t)(address >> 32)));
  return complete ? out : NULL;
}

// destroySlab(id, buffer): detaches the buffer, then unmaps. -EBUSY while a buffer is lent.
static napi_value destroy_slab(napi_env env, napi_callback_info info) {
  call call;
  uint32_t id;
  void *data;
  size_t bytes;
  if (!open_call(env, info, &call)) return NULL;
  if (!get_uint32(env, call.at[0], &id)) return integer(env, -EINVAL);
  slab *found = slab_find(&call.environment->slabs, id);
  if (found == NULL || napi_get_arraybuffer_info(env, call.at[1], &data, &bytes) != napi_ok || data != found->base) {
    return integer(env, -EINVAL);
  }
  int32_t lent;
  memcpy(&lent, found->base + found->mapped_bytes - sizeof lent, sizeof lent);
  if (lent != 0) return integer(env, -EBUSY);
  if (napi_detach_arraybuffer(env, call.at[1]) != napi_ok) return integer(env, -EINVAL);
  return integer(env, slab_unmap(found));
}

typedef int transfer(int fd, void *memory, size_t bytes);

static int send_from(int fd, void *memory, size_t bytes) {
  return socket_send(fd, memory, bytes);
}

static napi_value transfer_slab(napi_env env, napi_callback_info info, transfer *move) {
  call call;
  int fd;
  uint32_t id, offset, length;
  if (!open_call(env, info, &call)) return NULL;
  if (!get_descriptor(env, call.at[0], &fd) || !get_uint32(env, call.at[1], &id) || !get_uint32(env, call.at[2], &offset) ||
      !get_uint32(env, call.at[3], &length)) {
    return integer(env, -EINVAL);
  }
  void *memory = slab_range(&call.environment->slabs, id, offset, length);
  if (memory == NULL) return integer(env, -EFAULT);
  return integer(env, move(fd, memory, length));
}

static napi_value transfer_view(napi_env env, napi_callback_info info, transfer *move) {
  call call;
  int fd;
  void *memory;
  size_t bytes;
  if (!open_call(env, info, &call)) return NULL;
  if (!get_descriptor(env, call.at[0], &fd)) return integer(env, -EINVAL);
  if (!get_view(env, call.at[1], &memory, &bytes)) return integer(env, -EFAULT);
  return integer(env, move(fd, memory, bytes));
}

// readSlab(fd, slab, offset, length), writeSlab(fd, slab, offset, length), readView(fd, view), writeView(fd, view)
static napi_value read_slab(napi_env env, napi_callback_info info) {
  return transfer_slab(env, info, socket_receive);
}

static napi_value write_slab(napi_env env, napi_callback_info info) {
  return transfer_slab(env, info, send_from);
}

static napi_value read_view(napi_env env, napi_callback_info info) {
  return transfer_view(env, info, socket_receive);
}

static napi_value write_view(napi_env env, napi_callback_info info) {
  return transfer_view(env, info, send_from);
}

// --- Sockets

// openSocket(4 | 6, nonblocking), acceptSocket(fd, nonblocking)
static napi_value new_socket(napi_env env, napi_callback_info info, int make(int, bool)) {
  call call;
  int argument;
  bool nonblocking;
  if (!open_call(env, info, &call)) return NULL;
  if (!get_descriptor(env, call.at[0], &argument) || napi_get_value_bool(env, call.at[1], &nonblocking) != napi_ok) {
    return integer(env, -EINVAL);
  }
  return integer(env, make(argument, nonblocking));
}

static napi_value open_socket(napi_env env, napi_callback_info info) {
  return new_socket(env, info, socket_open);
}

static napi_value accept_socket(napi_env env, napi_callback_info info) {
  return new_socket(env, info, socket_accept);
}

// bindSocket(fd, encoded), connectSocket(fd, encoded)
static napi_value with_address(napi_env env, napi_callback_info info, int use(int, const void *, size_t)) {
  call call;
  int fd;
  void *address;
  size_t bytes;
  if (!open_call(env, info, &call)) return NULL;
  if (!get_descriptor(env, call.at[0], &fd)) return integer(env, -EINVAL);
  if (!get_view(env, call.at[1], &address, &bytes)) return integer(env, -EFAULT);
  return integer(env, use(fd, address, bytes));
}

static napi_value bind_socket(napi_env env, napi_callback_info info) {
  return with_address(env, info, socket_bind);
}

static napi_value connect_socket(napi_env env, napi_callback_info info) {
  return with_address(env, info, socket_connect);
}

// listenSocket(fd, backlog), shutdownSocket(fd, how)
static napi_value on_descriptor_and_int(napi_env env, napi_callback_info info, int use(int, int)) {
  call call;
  int fd, argument;
  if (!open_call(env, info, &call)) return NULL;
  if (!get_descriptor(env, call.at[0], &fd) || !get_descriptor(env, call.at[1], &argument)) return integer(env, -EINVAL);
  return integer(env, use(fd, argument));
}

static napi_value listen_socket(napi_env env, napi_callback_info info) {
  return on_descriptor_and_int(env, info, socket_listen);
}

static napi_value shutdown_socket(napi_env env, napi_callback_info info) {
  return on_descriptor_and_int(env, info, socket_shutdown);
}

// socketError(fd), setNoDelay(fd), setReuseAddress(fd), closeDescriptor(fd), signalEvent(fd), drainEvent(fd), unregisterParked(fd)
static napi_value on_descriptor(napi_env env, napi_callback_info info, int use(int)) {
  call call;
  int fd;
  if (!open_call(env, info, &call)) return NULL;
  if (!get_descriptor(env, call.at[0], &fd)) return integer(env, -EINVAL);
  return integer(env, use(fd));
}

static napi_value socket_error(napi_env env, napi_callback_info info) {
  return on_descriptor(env, info, socket_take_error);
}

static napi_value set_no_delay(napi_env env, napi_callback_info info) {
  return on_descriptor(env, info, socket_set_no_delay);
}

static napi_value set_reuse_address(napi_env env, napi_callback_info info) {
  return on_descriptor(env, info, socket_set_reuse_address);
}

static napi_value close_descriptor(napi_env env, napi_callback_info info) {
  return on_descriptor(env, info, descriptor_close);
}

static napi_value signal_event(napi_env env, napi_callback_info info) {
  return on_descriptor(env, info, event_signal);
}

static napi_value drain_event(napi_env env, napi_callback_info info) {
  return on_descriptor(env, info, event_drain);
}

static napi_value unregister_parked(napi_env env, napi_callback_info info) {
  return on_descriptor(env, info, parked_unregister);
}

// encodeAddress(host, port, into) -> bytes used of `into`
static napi_value encode_address(napi_env env, napi_callback_info info) {
  call call;
  char host[ADDRESS_TEXT_BYTES];
  size_t host_bytes, capacity;
  uint32_t port;
  void *into;
  if (!open_call(env, info, &call)) return NULL;
  if (napi_get_value_string_utf8(env, call.at[0], host, sizeof host, &host_bytes) != napi_ok) return integer(env, -EINVAL);
  if (strlen(host) != host_bytes || host_bytes == sizeof host - 1) return integer(env, -EINVAL);
  if (!get_uint32(env, call.at[1], &port) || port > UINT16_MAX) return integer(env, -EINVAL);
  if (!get_view(env, call.at[2], &into, &capacity)) return integer(env, -EFAULT);
  struct sockaddr_storage address;
  int bytes = address_encode(host, (uint16_t)port, &address);
  if (bytes < 0) return integer(env, bytes);
  if ((size_t)bytes > capacity) return integer(env, -EFAULT);
  memcpy(into, &address, (size_t)bytes);
  return integer(env, bytes);
}

// localAddress(fd), peerAddress(fd) -> { host, port } or -errno
static napi_value address_of(napi_env env, napi_callback_info info, int get(int, struct sockaddr_storage *, socklen_t *)) {
  call call;
  int fd;
  if (!open_call(env, info, &call)) return NULL;
  if (!get_descriptor(env, call.at[0], &fd)) return integer(env, -EINVAL);
  struct sockaddr_storage address;
  socklen_t bytes;
  char host[ADDRESS_TEXT_BYTES];
  uint16_t port;
  int outcome = get(fd, &address, &bytes);
  if (outcome == 0) outcome = address_decode(&address, bytes, host, &port);
  if (outcome < 0) return integer(env, outcome);
  napi_value out, text;
  if (napi_create_object(env, &out) != napi_ok) return NULL;
  if (napi_create_string_utf8(env, host, NAPI_AUTO_LENGTH, &text) != napi_ok) return NULL;
  return set(env, out, "host", text) && set(env, out, "port", integer(env, port)) ? out : NULL;
}

static napi_value local_address(napi_env env, napi_callback_info info) {
  return address_of(env, info, socket_local_address);
}

static napi_value peer_address(napi_env env, napi_callback_info info) {
  return address_of(env, info, socket_peer_address);
}

// --- Eventfds and parked threads

static napi_value create_event(napi_env env, napi_callback_info info) {
  (void)info;
  return integer(env, event_create());
}

// registerParked(eventFd, thread)
static napi_value register_parked(napi_env env, napi_callback_info info) {
  call call;
  int fd;
  uint32_t thread;
  if (!open_call(env, info, &call)) return NULL;
  if (!get_descriptor(env, call.at[0], &fd) || !get_uint32(env, call.at[1], &thread)) return integer(env, -EINVAL);
  return integer(env, parked_register(fd, thread));
}

// signalParked(thread)
static napi_value signal_parked(napi_env env, napi_callback_info info) {
  call call;
  uint32_t thread;
  if (!open_call(env, info, &call)) return NULL;
  if (!get_uint32(env, call.at[0], &thread)) return integer(env, -EINVAL);
  return integer(env, parked_signal(thread));
}

static napi_value release_parked(napi_env env, napi_callback_info info) {
  (void)info;
  return integer(env, parked_release());
}

// --- Loading

static void finalize_environment(node_api_basic_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  environment *ended = data;
  slab_table_clear(&ended->slabs);
  free(ended);
}

NAPI_MODULE_INIT() {
  const struct {
    const char *name;
    napi_callback callback;
  } functions[] = {
      {"createSlab", create_slab},
      {"destroySlab", destroy_slab},
      {"readSlab", read_slab},
      {"writeSlab", write_slab},
      {"readView", read_view},
      {"writeView", write_view},
      {"openSocket", open_socket},
      {"acceptSocket", accept_socket},
      {"bindSocket", bind_socket},
      {"connectSocket", connect_socket},
      {"listenSocket", listen_socket},
      {"shutdownSocket", shutdown_socket},
      {"socketError", socket_error},
      {"setNoDelay", set_no_delay},
      {"setReuseAddress", set_reuse_address},
      {"closeDescriptor", close_descriptor},
      {"encodeAddress", encode_address},
      {"localAddress", local_address},
      {"peerAddress", peer_address},
      {"createEvent", create_event},
      {"signalEvent", signal_event},
      {"drainEvent", drain_event},
      {"registerParked", register_parked},
      {"unregisterParked", unregister_parked},
      {"signalParked", signal_parked},
      {"releaseParked", release_parked},
  };
  environment *created = calloc(1, sizeof *created);
  if (created == NULL) {
    napi_throw_error(env, "ENOMEM", "no memory for the state of io-sys");
    return NULL;
  }
  if (napi_set_instance_data(env, created, finalize_environment, NULL) != napi_ok) {
    free(created);
    return NULL;
  }
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
    napi_value function;
    if (napi_create_function(env, functions[i].name, NAPI_AUTO_LENGTH, functions[i].callback, created, &function) != napi_ok ||
        !set(env, exports, functions[i].name, function)) {
      return NULL;
    }
  }
  napi_value leaving;
  if (napi_create_external_arraybuffer(env, parked_leaving(), sizeof(int32_t), NULL, NULL, &leaving) != napi_ok ||
      !set(env, exports, "leaving", leaving)) {
    return NULL;
  }
  return exports;
}
