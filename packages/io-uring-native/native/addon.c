/*
 * The N-API face of core.c: setup, enter, close. Every environment (main thread, worker) has a list of the rings that it opened, and
 * only those can be entered or closed from it. The mappings are lent to JavaScript as external ArrayBuffers, which are detached
 * before they are unmapped, so no view outlives them.
 */
#include "core.h"

#include <errno.h>
#include <node_api.h>
#include <stdbool.h>
#include <stdlib.h>

/* How long a dying environment waits for the kernel to let go of the memory of operations in flight. */
static const int64_t ABANDON_TIMEOUT_NS = 1000000000;

struct ring {
  struct uring uring;
  napi_ref ring_buffer;
  napi_ref sqes_buffer;
  struct instance *owner;
  struct ring *next;
};

struct instance {
  struct ring *rings;
};

static struct ring *find_ring(const struct instance *instance, int32_t fd) {
  for (struct ring *ring = instance->rings; ring; ring = ring->next)
    if (ring->uring.fd == fd) return ring;
  return NULL;
}

static void remove_ring(struct ring *ring) {
  struct ring **link = &ring->owner->rings;
  while (*link != ring) link = &(*link)->next;
  *link = ring->next;
}

/* Runs when the environment dies with the ring still open (worker.terminate(), process.exit()). The memory that the operations write
 * into is still mapped, because whoever owns it keeps what is lent. */
static void abandon_ring(void *argument) {
  struct ring *ring = argument;
  uring_cancel_all(&ring->uring, ABANDON_TIMEOUT_NS);
  uring_close(&ring->uring);
  remove_ring(ring);
  free(ring);
}

static napi_value number(napi_env env, double value) {
  napi_value result = NULL;
  napi_create_double(env, value, &result);
  return result;
}

/* napi_get_value_int32 and its kind wrap what does not fit: 2**32 would be 0, and so would NaN. */
static bool read_integer(napi_env env, napi_value value, double least, double most, int64_t *out) {
  double number;
  if (napi_get_value_double(env, value, &number) != napi_ok || !(number >= least && number <= most)) return false;
  *out = (int64_t)number;
  return (double)*out == number;
}

static bool read_u32(napi_env env, napi_value value, uint32_t *out) {
  int64_t number;
  if (!read_integer(env, value, 0, UINT32_MAX, &number)) return false;
  *out = (uint32_t)number;
  return true;
}

static bool read_fd(napi_env env, napi_value value, int32_t *out) {
  int64_t number;
  if (!read_integer(env, value, 0, INT32_MAX, &number)) return false;
  *out = (int32_t)number;
  return true;
}

/* -1 is no limit; the most is what a double counts exactly. */
static bool read_timeout_ns(napi_env env, napi_value value, int64_t *out) {
  return read_integer(env, value, -1, (double)((int64_t)1 << 53), out);
}

static napi_value refuse(napi_env env, const char *message) {
  napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", message);
  return NULL;
}

static bool set_number(napi_env env, napi_value object, const char *name, double value) {
  napi_value boxed = number(env, value);
  return boxed && napi_set_named_property(env, object, name, boxed) == napi_ok;
}

/* Makes a mapping visible as an ArrayBuffer and keeps a reference, to detach it by. */
static bool expose(napi_env env, napi_value object, const char *name, void *memory, size_t bytes, napi_ref *reference) {
  napi_value buffer;
  return napi_create_external_arraybuffer(env, memory, bytes, NULL, NULL, &buffer) == napi_ok &&
         napi_create_reference(env, buffer, 1, reference) == napi_ok &&
         napi_set_named_property(env, object, name, buffer) == napi_ok;
}

static void conceal(napi_env env, napi_ref reference) {
  if (!reference) return;
  napi_value buffer;
  if (napi_get_reference_value(env, reference, &buffer) == napi_ok && buffer) napi_detach_arraybuffer(env, buffer);
  napi_delete_reference(env, reference);
}

static void close_ring(napi_env env, struct ring *ring) {
  conceal(env, ring->ring_buffer);
  conceal(env, ring->sqes_buffer);
  uring_close(&ring->uring);
  free(ring);
}

/* setup(sqEntries, cqEntries, flags): the mapping, or -errno. */
static napi_value setup(napi_env env, napi_callback_info info) {
  size_t count = 3;
  napi_value arguments[3];
  struct instance *instance;
  uint32_t sq_entries, cq_entries, flags;
  if (napi_get_cb_info(env, info, &count, arguments, NULL, (void **)&instance) != napi_ok || count < 3 ||
      !read_u32(env, arguments[0], &sq_entries) || !read_u32(env, arguments[1], &cq_entries) || !read_u32(env, arguments[2], &flags))
    return refuse(env, "setup expects (sqEntries, cqEntries, flags)");

  struct ring *ring = calloc(1, sizeof *ring);
  if (!ring) return number(env, -ENOMEM);
  const int opened = uring_open(&ring->uring, sq_entries, cq_entries, flags);
  if (opened < 0) {
    free(ring);
    return number(env, opened);
  }

  const struct uring *uring = &ring->uring;
  const struct io_uring_params *params = &uring->params;
  napi_value mapping;
  const bool complete =
      napi_create_object(env, &mapping) == napi_ok &&
      expose(env, mapping, "ring", uring->ring, uring->ring_bytes, &ring->ring_buffer) &&
      expose(env, mapping, "sqes", uring->sqes, uring->sqes_bytes, &ring->sqes_buffer) &&
      set_number(env, mapping, "fd", uring->fd) && set_number(env, mapping, "features", params->features) &&
      set_number(env, mapping, "sqEntries", params->sq_entries) && set_number(env, mapping, "cqEntries", params->cq_entries) &&
      set_number(env, mapping, "sqHeadBytes", params->sq_off.head) && set_number(env, mapping, "sqTailBytes", params->sq_off.tail) &&
      set_number(env, mapping, "sqFlagsBytes", params->sq_off.flags) && set_number(env, mapping, "sqArrayBytes", params->sq_off.array) &&
      set_number(env, mapping, "cqHeadBytes", params->cq_off.head) && set_number(env, mapping, "cqTailBytes", params->cq_off.tail) &&
      set_number(env, mapping, "cqesBytes", params->cq_off.cqes);
  if (!complete || napi_add_env_cleanup_hook(env, abandon_ring, ring) != napi_ok) {
    close_ring(env, ring);
    return NULL;
  }
  ring->owner = instance;
  ring->next = instance->rings;
  instance->rings = ring;
  return mapping;
}

/* enter(fd, toSubmit, minComplete, flags, timeoutNs): the number of entries consumed, or -errno. */
static napi_value enter(napi_env env, napi_callback_info info) {
  size_t count = 5;
  napi_value arguments[5];
  struct instance *instance;
  int32_t fd;
  uint32_t to_submit, min_complete, flags;
  int64_t timeout_ns;
  if (napi_get_cb_info(env, info, &count, arguments, NULL, (void **)&instance) != napi_ok || count < 5 ||
      !read_fd(env, arguments[0], &fd) || !read_u32(env, arguments[1], &to_submit) ||
      !read_u32(env, arguments[2], &min_complete) || !read_u32(env, arguments[3], &flags) ||
      !read_timeout_ns(env, arguments[4], &timeout_ns))
    return refuse(env, "enter expects (fd, toSubmit, minComplete, flags, timeoutNs)");
  const struct ring *ring = find_ring(instance, fd);
  napi_value result = NULL;
  napi_create_int32(env, ring ? uring_enter(&ring->uring, to_submit, min_complete, flags, timeout_ns) : -EBADF, &result);
  return result;
}

/* close(fd): detaches the views, unmaps and closes; 0, or -EBADF for a ring that this environment does not have. */
static napi_value close_mapping(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value arguments[1];
  struct instance *instance;
  int32_t fd;
  if (napi_get_cb_info(env, info, &count, arguments, NULL, (void **)&instance) != napi_ok || count < 1 ||
      !read_fd(env, arguments[0], &fd))
    return refuse(env, "close expects (fd)");
  struct ring *ring = find_ring(instance, fd);
  if (!ring) return number(env, -EBADF);
  napi_remove_env_cleanup_hook(env, abandon_ring, ring);
  remove_ring(ring);
  close_ring(env, ring);
  return number(env, 0);
}

static void free_instance(napi_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  free(data);
}

NAPI_MODULE_INIT() {
  struct instance *instance = calloc(1, sizeof *instance);
  if (!instance || napi_set_instance_data(env, instance, free_instance, NULL) != napi_ok) {
    free(instance);
    napi_throw_error(env, "ENOMEM", "no memory for the io_uring addon");
    return NULL;
  }
  const napi_property_descriptor functions[] = {
      {"setup", NULL, setup, NULL, NULL, NULL, napi_enumerable, instance},
      {"enter", NULL, enter, NULL, NULL, NULL, napi_enumerable, instance},
      {"close", NULL, close_mapping, NULL, NULL, NULL, napi_enumerable, instance},
  };
  if (napi_define_properties(env, exports, sizeof functions / sizeof *functions, functions) != napi_ok) return NULL;
  return exports;
}
