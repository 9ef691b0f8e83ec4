// Watches of descriptors in the event loop of the environment's own thread: a function is called, as a callback of that loop,
// while a descriptor is readable. Level-triggered: called in every turn of the loop until the descriptor is read empty.
//
// Everything here runs on the environment's thread. A watch that is open when the environment ends is closed by the hook that it
// registered, before the hooks that were registered earlier run, which close the descriptors. libuv takes the handle out of
// epoll at once and calls back when it lets go of its memory; the hook stays until then, so that the environment waits for it.
#include <node_api.h>
#include <uv.h>

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

typedef struct watch {
  uv_poll_t handle;
  napi_env env;
  napi_ref callback;
  napi_async_context context;
  napi_async_cleanup_hook_handle hook;
  int32_t id;
  struct environment *owner;
  struct watch *next;
} watch;

typedef struct environment {
  watch *open;
  int32_t last_id;
} environment;

static napi_value integer(napi_env env, int value) {
  napi_value out;
  return napi_create_int32(env, value, &out) == napi_ok ? out : NULL;
}

// napi_get_value_int32 wraps what does not fit.
static bool get_natural(napi_env env, napi_value from, int32_t *out) {
  double value;
  if (napi_get_value_double(env, from, &value) != napi_ok || !(value >= 0 && value <= INT32_MAX)) return false;
  *out = (int32_t)value;
  return (double)*out == value;
}

// What the callback throws is an uncaught exception of the program, as of any callback of the loop.
static void report_exception(napi_env env) {
  bool pending = false;
  napi_value error;
  if (napi_is_exception_pending(env, &pending) != napi_ok || !pending) return;
  if (napi_get_and_clear_last_exception(env, &error) == napi_ok) (void)napi_fatal_exception(env, error);
}

// An error of the poll itself is passed over: whoever reads the descriptor meets it.
static void on_readable(uv_poll_t *handle, int status, int events) {
  (void)status;
  (void)events;
  watch *ready = handle->data;
  napi_env env = ready->env;
  napi_handle_scope scope;
  napi_value callback, receiver;
  if (napi_open_handle_scope(env, &scope) != napi_ok) return;
  // Through napi_make_callback microtasks and process.nextTick run afterwards, and async_hooks see it. The callback may close
  // the watch, whose memory stays until the loop has let go of it.
  if (napi_get_reference_value(env, ready->callback, &callback) == napi_ok && napi_get_global(env, &receiver) == napi_ok &&
      napi_make_callback(env, ready->context, receiver, callback, 0, NULL, NULL) != napi_ok) {
    report_exception(env);
  }
  (void)napi_close_handle_scope(env, scope);
}

static void on_closed(uv_handle_t *handle) {
  watch *closed = handle->data;
  (void)napi_remove_async_cleanup_hook(closed->hook);
  free(closed);
}

static void close_watch(watch *closing) {
  watch **link = &closing->owner->open;
  while (*link != closing) link = &(*link)->next;
  *link = closing->next;
  (void)napi_delete_reference(closing->env, closing->callback);
  (void)napi_async_destroy(closing->env, closing->context);
  // From here on the descriptor is not in epoll any more and may be closed.
  uv_close((uv_handle_t *)&closing->handle, on_closed);
}

// The environment ends. A watch that was closed before has only to be waited for.
static void on_environment_ends(napi_async_cleanup_hook_handle hook, void *data) {
  (void)hook;
  watch *ending = data;
  if (!uv_is_closing((uv_handle_t *)&ending->handle)) close_watch(ending);
}

static bool open_call(napi_env env, napi_callback_info info, size_t count, napi_value *arguments, environment **owner) {
  void *data;
  if (napi_get_cb_info(env, info, &count, arguments, NULL, &data) != napi_ok) return false;
  *owner = data;
  return true;
}

// Makes what a callback needs. On failure nothing is left.
static bool prepare_callback(watch *created, napi_value callback) {
  napi_env env = created->env;
  napi_value name;
  if (napi_create_reference(env, callback, 1, &created->callback) != napi_ok) return false;
  if (napi_create_string_utf8(env, "POLLABDRIVER", NAPI_AUTO_LENGTH, &name) == napi_ok &&
      napi_async_init(env, NULL, name, &created->context) == napi_ok) {
    if (napi_add_async_cleanup_hook(env, on_environment_ends, created, &created->hook) == napi_ok) return true;
    (void)napi_async_destroy(env, created->context);
  }
  (void)napi_delete_reference(env, created->callback);
  return false;
}

// watchReadable(fd, callback) -> an id > 0, or -errno. It keeps the loop alive from the start.
static napi_value watch_readable(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  environment *owner;
  int32_t fd;
  napi_valuetype type;
  uv_loop_t *loop;
  if (!open_call(env, info, 2, arguments, &owner)) return NULL;
  if (!get_natural(env, arguments[0], &fd) || napi_typeof(env, arguments[1], &type) != napi_ok || type != napi_function) {
    return integer(env, -EINVAL);
  }
  if (napi_get_uv_event_loop(env, &loop) != napi_ok) return integer(env, -ENOTSUP);
  watch *created = calloc(1, sizeof *created);
  if (created == NULL) return integer(env, -ENOMEM);
  *created = (watch){.env = env, .id = owner->last_id + 1, .owner = owner};
  if (!prepare_callback(created, arguments[1])) {
    free(created);
    return integer(env, -ENOMEM);
  }
  created->handle.data = created;
  // libuv's errors are negated errnos. A handle that was not initialised has nothing to close.
  const int initialised = uv_poll_init(loop, &created->handle, fd);
  if (initialised < 0) {
    (void)napi_remove_async_cleanup_hook(created->hook);
    (void)napi_async_destroy(env, created->context);
    (void)napi_delete_reference(env, created->callback);
    free(created);
    return integer(env, initialised);
  }
  owner->last_id = created->id;
  created->next = owner->open;
  owner->open = created;
  const int started = uv_poll_start(&created->handle, UV_READABLE, on_readable);
  if (started < 0) {
    close_watch(created);
    return integer(env, started);
  }
  return integer(env, created->id);
}

static napi_value with_watch(napi_env env, napi_callback_info info, void use(watch *)) {
  napi_value argument;
  environment *owner;
  int32_t id;
  if (!open_call(env, info, 1, &argument, &owner)) return NULL;
  if (!get_natural(env, argument, &id)) return integer(env, -EINVAL);
  watch *found = owner->open;
  while (found != NULL && found->id != id) found = found->next;
  if (found == NULL) return integer(env, -EBADF);
  use(found);
  return integer(env, 0);
}

static void keep_loop_alive(watch *kept) {
  uv_ref((uv_handle_t *)&kept->handle);
}

static void let_loop_end(watch *kept) {
  uv_unref((uv_handle_t *)&kept->handle);
}

// ref(id), unref(id), close(id)
static napi_value ref_watch(napi_env env, napi_callback_info info) {
  return with_watch(env, info, keep_loop_alive);
}

static napi_value unref_watch(napi_env env, napi_callback_info info) {
  return with_watch(env, info, let_loop_end);
}

static napi_value close_by_id(napi_env env, napi_callback_info info) {
  return with_watch(env, info, close_watch);
}

// Watches are closed by now: their hooks are younger than this record.
static void finalize_environment(node_api_basic_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  free(data);
}

NAPI_MODULE_INIT() {
  environment *created = calloc(1, sizeof *created);
  if (created == NULL || napi_set_instance_data(env, created, finalize_environment, NULL) != napi_ok) {
    free(created);
    napi_throw_error(env, "ENOMEM", "no memory for the state of io-sys");
    return NULL;
  }
  const napi_property_descriptor functions[] = {
      {"watchReadable", NULL, watch_readable, NULL, NULL, NULL, napi_enumerable, created},
      {"ref", NULL, ref_watch, NULL, NULL, NULL, napi_enumerable, created},
      {"unref", NULL, unref_watch, NULL, NULL, NULL, napi_enumerable, created},
      {"close", NULL, close_by_id, NULL, NULL, NULL, napi_enumerable, created},
  };
  if (napi_define_properties(env, exports, sizeof functions / sizeof *functions, functions) != napi_ok) return NULL;
  return exports;
}
