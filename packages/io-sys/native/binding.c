// Converting arguments: see binding.h.
#include "binding.h"

#include <errno.h>
#include <limits.h>

#include "descriptors.h"
#include "owned.h"

bool open_call(napi_env env, napi_callback_info info, call *out) {
  size_t count = MAX_ARGUMENTS;
  void *data;
  if (napi_get_cb_info(env, info, &count, out->at, NULL, &data) != napi_ok) return false;
  out->environment = data;
  return true;
}

napi_value integer(napi_env env, int value) {
  napi_value out;
  return napi_create_int32(env, value, &out) == napi_ok ? out : NULL;
}

static int adopt(const call *call, int fd) {
  const int outcome = owned_adopt(fd, call->environment);
  if (outcome < 0) (void)descriptor_close(fd);
  return outcome;
}

napi_value new_descriptor(napi_env env, const call *call, int fd) {
  const int adopted = fd < 0 ? fd : adopt(call, fd);
  return integer(env, adopted < 0 ? adopted : fd);
}

napi_value new_descriptors(napi_env env, const call *call, int outcome, const int32_t made[2]) {
  if (outcome < 0) return integer(env, outcome);
  const int first = adopt(call, made[0]);
  const int second = adopt(call, made[1]);
  if (first == 0 && second == 0) return integer(env, outcome);
  // The one that was adopted does not stay behind.
  const int left = first == 0 ? made[0] : made[1];
  if (first == 0 || second == 0) {
    owned_release(left);
    (void)descriptor_close(left);
  }
  return integer(env, -ENOMEM);
}

bool set(napi_env env, napi_value object, const char *name, napi_value value) {
  return value != NULL && napi_set_named_property(env, object, name, value) == napi_ok;
}

static bool whole_uint32(double value, uint32_t *out) {
  if (!(value >= 0 && value <= UINT32_MAX)) return false;
  *out = (uint32_t)value;
  return (double)*out == value;
}

// napi_get_value_uint32 and _int32 wrap what does not fit, so that 2**32 would be 0 here.
bool get_uint32(napi_env env, napi_value from, uint32_t *out) {
  double value;
  return napi_get_value_double(env, from, &value) == napi_ok && whole_uint32(value, out);
}

bool get_int32(napi_env env, napi_value from, int32_t *out) {
  double value;
  if (napi_get_value_double(env, from, &value) != napi_ok) return false;
  if (!(value >= INT32_MIN && value <= INT32_MAX)) return false;
  *out = (int32_t)value;
  return (double)*out == value;
}

bool get_descriptor(napi_env env, napi_value from, int *out) {
  uint32_t value;
  if (!get_uint32(env, from, &value) || value > INT32_MAX) return false;
  *out = (int)value;
  return true;
}

static bool get_typed_array(napi_env env, napi_value from, napi_typedarray_type expected, void **data, size_t *elements) {
  bool is_typed_array;
  napi_typedarray_type type;
  if (napi_is_typedarray(env, from, &is_typed_array) != napi_ok || !is_typed_array) return false;
  if (napi_get_typedarray_info(env, from, &type, elements, data, NULL, NULL) != napi_ok) return false;
  return type == expected;
}

bool get_view(napi_env env, napi_value from, void **data, size_t *bytes) {
  return get_typed_array(env, from, napi_uint8_array, data, bytes);
}

bool get_int32s(napi_env env, napi_value from, size_t least, int32_t **out) {
  void *data;
  size_t elements;
  if (!get_typed_array(env, from, napi_int32_array, &data, &elements) || elements < least) return false;
  *out = data;
  return true;
}

napi_value on_descriptor(napi_env env, napi_callback_info info, int use(int)) {
  call call;
  int fd;
  if (!open_call(env, info, &call)) return NULL;
  if (!get_descriptor(env, call.at[0], &fd)) return integer(env, -EINVAL);
  return integer(env, use(fd));
}

napi_value on_descriptor_and_int(napi_env env, napi_callback_info info, int use(int, int)) {
  call call;
  int fd, argument;
  if (!open_call(env, info, &call)) return NULL;
  if (!get_descriptor(env, call.at[0], &fd) || !get_descriptor(env, call.at[1], &argument)) return integer(env, -EINVAL);
  return integer(env, use(fd, argument));
}

napi_value on_descriptor_and_view(napi_env env, napi_callback_info info, int use(int, void *, size_t)) {
  call call;
  int fd;
  void *memory;
  size_t bytes;
  if (!open_call(env, info, &call)) return NULL;
  if (!get_descriptor(env, call.at[0], &fd)) return integer(env, -EINVAL);
  if (!get_view(env, call.at[1], &memory, &bytes)) return integer(env, -EFAULT);
  return integer(env, use(fd, memory, bytes));
}

static int transfer_by(const environment *environment, transfer *move) {
  const slab_call *call = &environment->slab_call;
  uint32_t fd, id, offset, length;
  if (!whole_uint32(call->fd, &fd) || fd > INT32_MAX || !whole_uint32(call->slab, &id) ||
      !whole_uint32(call->offset, &offset) || !whole_uint32(call->length, &length)) {
    return -EINVAL;
  }
  void *memory = slab_range(&environment->slabs, id, offset, length);
  return memory == NULL ? -EFAULT : move((int)fd, memory, length);
}

napi_value transfer_slab(napi_env env, napi_callback_info info, transfer *move) {
  void *data;
  if (napi_get_cb_info(env, info, NULL, NULL, NULL, &data) != napi_ok) return NULL;
  environment *environment = data;
  environment->slab_call.result = transfer_by(environment, move);
  return NULL;
}

napi_value transfer_slabs(napi_env env, napi_callback_info info, vectored_transfer *move) {
  call call;
  int fd;
  uint32_t count;
  void *data;
  size_t elements;
  struct iovec vectors[IOV_MAX];
  if (!open_call(env, info, &call)) return NULL;
  if (!get_descriptor(env, call.at[0], &fd) || !get_uint32(env, call.at[2], &count)) return integer(env, -EINVAL);
  if (!get_typed_array(env, call.at[1], napi_uint32_array, &data, &elements) || count > elements / 3) {
    return integer(env, -EFAULT);
  }
  if (count > IOV_MAX) count = IOV_MAX;
  const uint32_t *range = data;
  for (uint32_t i = 0; i < count; i++, range += 3) {
    void *memory = slab_range(&call.environment->slabs, range[0], range[1], range[2]);
    if (memory == NULL) return integer(env, -EFAULT);
    vectors[i] = (struct iovec){.iov_base = memory, .iov_len = range[2]};
  }
  return integer(env, move(fd, vectors, count));
}

napi_value transfer_views(napi_env env, napi_callback_info info, vectored_transfer *move) {
  call call;
  int fd;
  uint32_t count;
  struct iovec vectors[IOV_MAX];
  if (!open_call(env, info, &call)) return NULL;
  if (!get_descriptor(env, call.at[0], &fd)) return integer(env, -EINVAL);
  if (napi_get_array_length(env, call.at[1], &count) != napi_ok) return integer(env, -EFAULT);
  if (count > IOV_MAX) count = IOV_MAX;
  for (uint32_t i = 0; i < count; i++) {
    napi_value view;
    if (napi_get_element(env, call.at[1], i, &view) != napi_ok) return NULL;
    if (!get_view(env, view, &vectors[i].iov_base, &vectors[i].iov_len)) return integer(env, -EFAULT);
  }
  return integer(env, move(fd, vectors, count));
}
