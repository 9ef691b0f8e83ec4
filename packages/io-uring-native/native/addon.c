/*
 * The N-API face of core.c and cached-read.c: setup, enter, close, readCached; those of the registrations join them. Every environment (main thread, worker) has a
 * list of the rings that it opened, and only those can be entered or closed from it. The mappings are lent to JavaScript as external
 * ArrayBuffers, which are detached before they are unmapped, so no view outlives them.
 */
#include <errno.h>
#include <stdlib.h>

#include "binding.h"
#include "cached-read.h"

/* How long a dying environment waits for the kernel to let go of the memory of operations in flight. */
static const int64_t ABANDON_TIMEOUT_NS = 1000000000;

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
  uring_close_results(&ring->uring);
  uring_close(&ring->uring);
  while (ring->buffer_rings) {
    struct buffer_ring_view *view = ring->buffer_rings;
    ring->buffer_rings = view->next;
    buffer_ring_unmap(&view->ring);
    free(view);
  }
  remove_ring(ring);
  free(ring);
}

static bool set_number(napi_env env, napi_value object, const char *name, double value) {
  napi_value boxed = number(env, value);
  return boxed && napi_set_named_property(env, object, name, boxed) == napi_ok;
}

static bool expose(napi_env env, napi_value object, const char *name, void *memory, size_t bytes, napi_ref *reference) {
  napi_value buffer;
  return create_buffer(env, memory, bytes, &buffer, reference) && napi_set_named_property(env, object, name, buffer) == napi_ok;
}

static void close_ring(napi_env env, struct ring *ring) {
  conceal(env, ring->ring_buffer);
  conceal(env, ring->sqes_buffer);
  uring_close(&ring->uring);
  close_buffer_rings(env, ring);
  free(ring);
}

static bool read_u32_or_zero(napi_env env, napi_value value, uint32_t *out) {
  napi_valuetype type;
  *out = 0;
  return napi_typeof(env, value, &type) == napi_ok && (type == napi_undefined || read_u32(env, value, out));
}

/* setup(sqEntries, cqEntries, flags, sqThreadIdleMs?): the mapping, or -errno. */
static napi_value setup(napi_env env, napi_callback_info info) {
  struct call call;
  uint32_t sq_entries, cq_entries, flags, sq_thread_idle_ms;
  if (!open_call(env, info, &call) || !read_u32(env, call.at[0], &sq_entries) || !read_u32(env, call.at[1], &cq_entries) ||
      !read_u32(env, call.at[2], &flags) || !read_u32_or_zero(env, call.at[3], &sq_thread_idle_ms))
    return refuse(env, "setup expects (sqEntries, cqEntries, flags, sqThreadIdleMs?)");

  struct ring *ring = calloc(1, sizeof *ring);
  if (!ring) return number(env, -ENOMEM);
  const int opened = uring_open(&ring->uring, sq_entries, cq_entries, flags, sq_thread_idle_ms);
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
  ring->owner = call.instance;
  ring->next = call.instance->rings;
  call.instance->rings = ring;
  return mapping;
}

/* enter(): by what is in the instance's enter_call. Its result is the number of entries consumed, or -errno. */
static napi_value enter(napi_env env, napi_callback_info info) {
  struct instance *instance;
  if (napi_get_cb_info(env, info, NULL, NULL, NULL, (void **)&instance) != napi_ok) return NULL;
  struct enter_call *call = &instance->enter_call;
  int64_t fd, to_submit, min_complete, flags, timeout_ns;
  if (!whole_number(call->fd, 0, INT32_MAX, &fd) || !whole_number(call->to_submit, 0, UINT32_MAX, &to_submit) ||
      !whole_number(call->min_complete, 0, UINT32_MAX, &min_complete) || !whole_number(call->flags, 0, UINT32_MAX, &flags) ||
      !whole_number(call->timeout_ns, -1, MAX_TIMEOUT_NS, &timeout_ns))
    return refuse(env, "enter expects (fd, toSubmit, minComplete, flags, timeoutNs)");
  const struct ring *ring = find_ring(instance, (int32_t)fd);
  call->result =
      ring ? uring_enter(&ring->uring, (uint32_t)to_submit, (uint32_t)min_complete, (uint32_t)flags, timeout_ns) : -EBADF;
  return NULL;
}

/* readCached(): by what is in the instance's cached_read_call. The address is, as in the entries of a ring, the caller's word. */
static napi_value read_cached(napi_env env, napi_callback_info info) {
  struct instance *instance;
  if (napi_get_cb_info(env, info, NULL, NULL, NULL, (void **)&instance) != napi_ok) return NULL;
  struct cached_read_call *call = &instance->cached_read_call;
  int64_t fd, address, bytes, offset;
  if (!whole_number(call->fd, 0, INT32_MAX, &fd) || !whole_number(call->address, 0, MAX_EXACT, &address) ||
      !whole_number(call->bytes, 0, CACHED_READ_MAX_BYTES, &bytes) || !whole_number(call->offset, 0, MAX_EXACT, &offset))
    return refuse(env, "readCached expects (fd, address, bytes, offset)");
  call->result = (double)cached_read((int)fd, (void *)(uintptr_t)address, bytes, offset);
  return NULL;
}

/* close(fd): detaches the views, unmaps and closes; 0, or -EBADF for a ring that this environment does not have. */
static napi_value close_mapping(napi_env env, napi_callback_info info) {
  struct call call;
  int32_t fd;
  if (!open_call(env, info, &call) || !read_fd(env, call.at[0], &fd)) return refuse(env, "close expects (fd)");
  struct ring *ring = find_ring(call.instance, fd);
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

static bool define(napi_env env, napi_value exports, struct instance *instance, const struct binding *bindings) {
  for (const struct binding *binding = bindings; binding->name; binding++) {
    const napi_property_descriptor function = {binding->name, NULL, binding->callback, NULL, NULL, NULL, napi_enumerable, instance};
    if (napi_define_properties(env, exports, 1, &function) != napi_ok) return false;
  }
  return true;
}

/* The memory is the instance's: it ends with the environment, and so with everything that could look at it. */
static bool expose_call(napi_env env, napi_value exports, const char *name, void *call, size_t bytes) {
  napi_value block;
  return napi_create_external_arraybuffer(env, call, bytes, NULL, NULL, &block) == napi_ok &&
         napi_set_named_property(env, exports, name, block) == napi_ok;
}

NAPI_MODULE_INIT() {
  struct instance *instance = calloc(1, sizeof *instance);
  if (!instance || napi_set_instance_data(env, instance, free_instance, NULL) != napi_ok) {
    free(instance);
    napi_throw_error(env, "ENOMEM", "no memory for the io_uring addon");
    return NULL;
  }
  const struct binding bindings[] = {{"setup", setup}, {"enter", enter}, {"close", close_mapping}, {"readCached", read_cached}, {NULL, NULL}};
  if (!define(env, exports, instance, bindings) || !define(env, exports, instance, registration_bindings) ||
      !expose_call(env, exports, "enterCall", &instance->enter_call, sizeof instance->enter_call) ||
      !expose_call(env, exports, "readCachedCall", &instance->cached_read_call, sizeof instance->cached_read_call))
    return NULL;
  return exports;
}
