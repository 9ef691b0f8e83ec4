// The sockets and their addresses, as JavaScript sees them: see sockets.h, addresses.h.
#include "binding.h"

#include <errno.h>
#include <string.h>

#include "addresses.h"
#include "sockets.h"

// openSocket(0 | 4 | 6, type, nonblocking)
static napi_value open_socket(napi_env env, napi_callback_info info) {
  call call;
  uint32_t family, type;
  bool nonblocking;
  if (!open_call(env, info, &call)) return NULL;
  if (!get_uint32(env, call.at[0], &family) || family > INT32_MAX || !get_uint32(env, call.at[1], &type) || type > INT32_MAX ||
      napi_get_value_bool(env, call.at[2], &nonblocking) != napi_ok) {
    return integer(env, -EINVAL);
  }
  return new_descriptor(env, &call, socket_open((int)family, (int)type, nonblocking));
}

// socketPair(type, nonblocking, into): an Int32Array of at least two
static napi_value open_pair(napi_env env, napi_callback_info info) {
  call call;
  uint32_t type;
  bool nonblocking;
  int32_t *into;
  if (!open_call(env, info, &call)) return NULL;
  if (!get_uint32(env, call.at[0], &type) || type > INT32_MAX ||
      napi_get_value_bool(env, call.at[1], &nonblocking) != napi_ok) {
    return integer(env, -EINVAL);
  }
  if (!get_int32s(env, call.at[2], 2, &into)) return integer(env, -EFAULT);
  return new_descriptors(env, &call, socket_pair((int)type, nonblocking, into), into);
}

// acceptSocket(fd, nonblocking)
static napi_value accept_socket(napi_env env, napi_callback_info info) {
  call call;
  int fd;
  bool nonblocking;
  if (!open_call(env, info, &call)) return NULL;
  if (!get_descriptor(env, call.at[0], &fd) || napi_get_value_bool(env, call.at[1], &nonblocking) != napi_ok) {
    return integer(env, -EINVAL);
  }
  return new_descriptor(env, &call, socket_accept(fd, nonblocking));
}

// bindSocket(fd, encoded), connectSocket(fd, encoded)
static napi_value bind_socket(napi_env env, napi_callback_info info) {
  return on_descriptor_and_view(env, info, socket_bind);
}

static napi_value connect_socket(napi_env env, napi_callback_info info) {
  return on_descriptor_and_view(env, info, socket_connect);
}

// listenSocket(fd, backlog), shutdownSocket(fd, how), socketError(fd)
static napi_value listen_socket(napi_env env, napi_callback_info info) {
  return on_descriptor_and_int(env, info, socket_listen);
}

static napi_value shutdown_socket(napi_env env, napi_callback_info info) {
  return on_descriptor_and_int(env, info, socket_shutdown);
}

static napi_value socket_error(napi_env env, napi_callback_info info) {
  return on_descriptor(env, info, socket_take_error);
}

// readSlab(), writeSlab(): by slabCall
static napi_value read_slab(napi_env env, napi_callback_info info) {
  return transfer_slab(env, info, socket_receive);
}

static napi_value write_slab(napi_env env, napi_callback_info info) {
  return transfer_slab(env, info, socket_send);
}

// readView(fd, view), writeView(fd, view)
static napi_value read_view(napi_env env, napi_callback_info info) {
  return on_descriptor_and_view(env, info, socket_receive);
}

static napi_value write_view(napi_env env, napi_callback_info info) {
  return on_descriptor_and_view(env, info, socket_send);
}

// readSlabs(fd, ranges, count), writeSlabs(fd, ranges, count), writeViews(fd, views)
static napi_value read_slabs(napi_env env, napi_callback_info info) {
  return transfer_slabs(env, info, socket_receive_vectors);
}

static napi_value write_slabs(napi_env env, napi_callback_info info) {
  return transfer_slabs(env, info, socket_send_vectors);
}

static napi_value write_views(napi_env env, napi_callback_info info) {
  return transfer_views(env, info, socket_send_vectors);
}

static bool get_slab_range(napi_env env, const call *call, void **memory, uint32_t *length) {
  uint32_t id, offset;
  if (!get_uint32(env, call->at[1], &id) || !get_uint32(env, call->at[2], &offset) || !get_uint32(env, call->at[3], length)) {
    return false;
  }
  *memory = slab_range(&call->environment->slabs, id, offset, *length);
  return *memory != NULL;
}

// receiveFrom(fd, slab, offset, length, source): `source` is the bytes of a datagram_source
static napi_value receive_from(napi_env env, napi_callback_info info) {
  call call;
  int fd;
  void *memory, *into;
  uint32_t length;
  size_t bytes;
  datagram_source source;
  if (!open_call(env, info, &call)) return NULL;
  if (!get_descriptor(env, call.at[0], &fd)) return integer(env, -EINVAL);
  if (!get_slab_range(env, &call, &memory, &length)) return integer(env, -EFAULT);
  if (!get_view(env, call.at[4], &into, &bytes) || bytes < sizeof source) return integer(env, -EFAULT);
  int got = socket_receive_from(fd, memory, length, &source);
  if (got >= 0) memcpy(into, &source, offsetof(datagram_source, address) + source.address_bytes);
  return integer(env, got);
}

// sendTo(fd, slab, offset, length, encoded)
static napi_value send_to(napi_env env, napi_callback_info info) {
  call call;
  int fd;
  void *memory, *address;
  uint32_t length;
  size_t address_bytes;
  if (!open_call(env, info, &call)) return NULL;
  if (!get_descriptor(env, call.at[0], &fd)) return integer(env, -EINVAL);
  if (!get_slab_range(env, &call, &memory, &length)) return integer(env, -EFAULT);
  if (!get_view(env, call.at[4], &address, &address_bytes)) return integer(env, -EFAULT);
  return integer(env, socket_send_to(fd, memory, length, address, address_bytes));
}

// socketName(fd, into), peerName(fd, into) -> bytes used of `into`
static napi_value name_of_socket(napi_env env, napi_callback_info info) {
  return on_descriptor_and_view(env, info, socket_name);
}

static napi_value name_of_peer(napi_env env, napi_callback_info info) {
  return on_descriptor_and_view(env, info, socket_peer_name);
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

// decodeAddress(encoded) -> { host, port } or -errno
static napi_value decode_address(napi_env env, napi_callback_info info) {
  call call;
  void *encoded;
  size_t bytes;
  if (!open_call(env, info, &call)) return NULL;
  if (!get_view(env, call.at[0], &encoded, &bytes)) return integer(env, -EFAULT);
  struct sockaddr_storage address = {0};
  char host[ADDRESS_TEXT_BYTES];
  uint16_t port;
  if (bytes > sizeof address) return integer(env, -EINVAL);
  memcpy(&address, encoded, bytes);
  int outcome = address_decode(&address, (socklen_t)bytes, host, &port);
  if (outcome < 0) return integer(env, outcome);
  napi_value out, text;
  if (napi_create_object(env, &out) != napi_ok) return NULL;
  if (napi_create_string_utf8(env, host, NAPI_AUTO_LENGTH, &text) != napi_ok) return NULL;
  return set(env, out, "host", text) && set(env, out, "port", integer(env, port)) ? out : NULL;
}

const binding socket_bindings[] = {
    {"openSocket", open_socket},
    {"socketPair", open_pair},
    {"acceptSocket", accept_socket},
    {"bindSocket", bind_socket},
    {"connectSocket", connect_socket},
    {"listenSocket", listen_socket},
    {"shutdownSocket", shutdown_socket},
    {"socketError", socket_error},
    {"readSlab", read_slab},
    {"writeSlab", write_slab},
    {"readView", read_view},
    {"writeView", write_view},
    {"readSlabs", read_slabs},
    {"writeSlabs", write_slabs},
    {"writeViews", write_views},
    {"receiveFrom", receive_from},
    {"sendTo", send_to},
    {"socketName", name_of_socket},
    {"peerName", name_of_peer},
    {"encodeAddress", encode_address},
    {"decodeAddress", decode_address},
    {NULL, NULL},
};
