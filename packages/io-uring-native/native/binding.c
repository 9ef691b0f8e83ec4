#include "binding.h"

enum { MAX_ARGUMENTS = 5 };

bool open_call(napi_env env, napi_callback_info info, struct call *out) {
  size_t count = MAX_ARGUMENTS;
  return napi_get_cb_info(env, info, &count, out->at, NULL, (void **)&out->instance) == napi_ok;
}

struct ring *find_ring(const struct instance *instance, int32_t fd) {
  for (struct ring *ring = instance->rings; ring; ring = ring->next)
    if (ring->uring.fd == fd) return ring;
  return NULL;
}

bool whole_number(double number, double least, double most, int64_t *out) {
  if (!(number >= least && number <= most)) return false;
  *out = (int64_t)number;
  return (double)*out == number;
}

bool read_integer(napi_env env, napi_value value, double least, double most, int64_t *out) {
  double number;
  return napi_get_value_double(env, value, &number) == napi_ok && whole_number(number, least, most, out);
}

bool read_u32(napi_env env, napi_value value, uint32_t *out) {
  int64_t number;
  if (!read_integer(env, value, 0, UINT32_MAX, &number)) return false;
  *out = (uint32_t)number;
  return true;
}

bool read_u16(napi_env env, napi_value value, uint16_t *out) {
  int64_t number;
  if (!read_integer(env, value, 0, UINT16_MAX, &number)) return false;
  *out = (uint16_t)number;
  return true;
}

bool read_fd(napi_env env, napi_value value, int32_t *out) {
  int64_t number;
  if (!read_integer(env, value, 0, INT32_MAX, &number)) return false;
  *out = (int32_t)number;
  return true;
}

bool read_timeout_ns(napi_env env, napi_value value, int64_t *out) {
  return read_integer(env, value, -1, MAX_TIMEOUT_NS, out);
}

napi_value refuse(napi_env env, const char *message) {
  napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", message);
  return NULL;
}

napi_value number(napi_env env, double value) {
  napi_value result = NULL;
  napi_create_double(env, value, &result);
  return result;
}

bool create_buffer(napi_env env, void *memory, size_t bytes, napi_value *buffer, napi_ref *reference) {
  return napi_create_external_arraybuffer(env, memory, bytes, NULL, NULL, buffer) == napi_ok &&
         napi_create_reference(env, *buffer, 1, reference) == napi_ok;
}

void conceal(napi_env env, napi_ref reference) {
  if (!reference) return;
  napi_value buffer;
  if (napi_get_reference_value(env, reference, &buffer) == napi_ok && buffer) napi_detach_arraybuffer(env, buffer);
  napi_delete_reference(env, reference);
}
