/*
 * io_uring's three system calls exactly as they are, and epoll_create1(2), which Node.js does not offer: for `uring:check`,
 * which tries what the driver does not use too. Every function returns a value >= 0 or a negated errno.
 * Relies on: the caller, for what the arguments of the calls point to.
 */
#include <errno.h>
#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

/* sizeof(struct io_uring_params). */
static const size_t PARAMS_BYTES = 120;

static napi_value integer(napi_env env, long value) {
  napi_value result = NULL;
  napi_create_int64(env, value, &result);
  return result;
}

static napi_value result_of(napi_env env, long returned) {
  return integer(env, returned < 0 ? -(long)errno : returned);
}

static napi_value refuse(napi_env env, const char *message) {
  napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", message);
  return NULL;
}

/* A signed or unsigned 32-bit number, whole. */
static bool read_word(napi_env env, napi_value value, uint32_t *out) {
  double number;
  if (napi_get_value_double(env, value, &number) != napi_ok || !(number >= INT32_MIN && number <= UINT32_MAX)) return false;
  *out = number < 0 ? (uint32_t)(int32_t)number : (uint32_t)number;
  return number < 0 ? (double)(int32_t)*out == number : (double)*out == number;
}

/* A Uint8Array, or null for no memory. */
static bool read_memory(napi_env env, napi_value value, void **memory, size_t *bytes) {
  napi_valuetype type;
  if (napi_typeof(env, value, &type) != napi_ok) return false;
  *memory = NULL;
  *bytes = 0;
  if (type == napi_null) return true;
  bool typed;
  napi_typedarray_type element;
  return napi_is_typedarray(env, value, &typed) == napi_ok && typed &&
         napi_get_typedarray_info(env, value, &element, bytes, memory, NULL, NULL) == napi_ok && element == napi_uint8_array;
}

/* setup(entries, params) */
static napi_value setup(napi_env env, napi_callback_info info) {
  size_t count = 2, bytes;
  napi_value arguments[2];
  uint32_t entries;
  void *params;
  if (napi_get_cb_info(env, info, &count, arguments, NULL, NULL) != napi_ok || count < 2 || !read_word(env, arguments[0], &entries) ||
      !read_memory(env, arguments[1], &params, &bytes) || bytes != PARAMS_BYTES)
    return refuse(env, "setup expects (entries, params)");
  return result_of(env, syscall(__NR_io_uring_setup, entries, params));
}

/* enter(fd, toSubmit, minComplete, flags, argument, argumentBytes) */
static napi_value enter(napi_env env, napi_callback_info info) {
  size_t count = 6, bytes;
  napi_value arguments[6];
  uint32_t fd, to_submit, min_complete, flags, argument_bytes;
  void *argument;
  if (napi_get_cb_info(env, info, &count, arguments, NULL, NULL) != napi_ok || count < 6 || !read_word(env, arguments[0], &fd) ||
      !read_word(env, arguments[1], &to_submit) || !read_word(env, arguments[2], &min_complete) ||
      !read_word(env, arguments[3], &flags) || !read_memory(env, arguments[4], &argument, &bytes) ||
      !read_word(env, arguments[5], &argument_bytes))
    return refuse(env, "enter expects (fd, toSubmit, minComplete, flags, argument, argumentBytes)");
  return result_of(env, syscall(__NR_io_uring_enter, fd, to_submit, min_complete, flags, argument, (size_t)argument_bytes));
}

/* register(fd, opcode, argument, count) */
static napi_value register_resource(napi_env env, napi_callback_info info) {
  size_t count = 4, bytes;
  napi_value arguments[4];
  uint32_t fd, opcode, elements;
  void *argument;
  if (napi_get_cb_info(env, info, &count, arguments, NULL, NULL) != napi_ok || count < 4 || !read_word(env, arguments[0], &fd) ||
      !read_word(env, arguments[1], &opcode) || !read_memory(env, arguments[2], &argument, &bytes) ||
      !read_word(env, arguments[3], &elements))
    return refuse(env, "register expects (fd, opcode, argument, count)");
  return result_of(env, syscall(__NR_io_uring_register, fd, opcode, argument, elements));
}

static napi_value make_epoll(napi_env env, napi_callback_info info) {
  (void)info;
  return result_of(env, epoll_create1(EPOLL_CLOEXEC));
}

NAPI_MODULE_INIT() {
  const napi_property_descriptor functions[] = {
      {"setup", NULL, setup, NULL, NULL, NULL, napi_enumerable, NULL},
      {"enter", NULL, enter, NULL, NULL, NULL, napi_enumerable, NULL},
      {"register", NULL, register_resource, NULL, NULL, NULL, napi_enumerable, NULL},
      {"epoll", NULL, make_epoll, NULL, NULL, NULL, napi_enumerable, NULL},
  };
  if (napi_define_properties(env, exports, sizeof functions / sizeof *functions, functions) != napi_ok) return NULL;
  return exports;
}
