// What JavaScript sees of the core: a poller is an object whose functions are bound to it. Each converts its arguments, makes one
// call and returns its int, a negated errno when it failed; arguments of a wrong type or range are refused with -EINVAL. Loads in
// any number of threads; each has a state of its own.
#include <node_api.h>

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "core.h"

#define MAX_ARGUMENTS 4

// Bound functions can outlive everything but their environment, so that is what the record lives as long as. What it holds is
// released by `close`, or at the latest with the environment.
typedef struct bound_poller {
  poller poller;
  struct bound_poller *next;
} bound_poller;

typedef struct environment {
  bound_poller *pollers;
} environment;

// Missing arguments are undefined, which every conversion refuses.
static void *open_call(napi_env env, napi_callback_info info, napi_value arguments[MAX_ARGUMENTS]) {
  size_t count = MAX_ARGUMENTS;
  void *data;
  return napi_get_cb_info(env, info, &count, arguments, NULL, &data) == napi_ok ? data : NULL;
}

static napi_value integer(napi_env env, int value) {
  napi_value out;
  return napi_create_int32(env, value, &out) == napi_ok ? out : NULL;
}

// napi_get_value_uint32 and _int32 wrap what does not fit.
static bool get_integer(napi_env env, napi_value from, double least, double most, int64_t *out) {
  double value;
  if (napi_get_value_double(env, from, &value) != napi_ok) return false;
  if (!(value >= least && value <= most)) return false;
  *out = (int64_t)value;
  return (double)*out == value;
}

// wait(timeoutMs) -> number of events; -1 waits without a limit
static napi_value wait_for_events(napi_env env, napi_callback_info info) {
  napi_value arguments[MAX_ARGUMENTS];
  bound_poller *bound = open_call(env, info, arguments);
  int64_t timeout_ms;
  if (bound == NULL) return NULL;
  if (!get_integer(env, arguments[0], -1, INT32_MAX, &timeout_ms)) return integer(env, -EINVAL);
  return integer(env, poller_wait(&bound->poller, (int)timeout_ms));
}

typedef int control(const poller *poller, int fd, uint32_t interest, uint32_t low, uint32_t high);

static napi_value control_descriptor(napi_env env, napi_callback_info info, control *change) {
  napi_value arguments[MAX_ARGUMENTS];
  bound_poller *bound = open_call(env, info, arguments);
  int64_t fd, interest, low, high;
  if (bound == NULL) return NULL;
  if (!get_integer(env, arguments[0], 0, INT32_MAX, &fd) || !get_integer(env, arguments[1], 0, UINT32_MAX, &interest) ||
      !get_integer(env, arguments[2], 0, UINT32_MAX, &low) || !get_integer(env, arguments[3], 0, UINT32_MAX, &high)) {
    return integer(env, -EINVAL);
  }
  return integer(env, change(&bound->poller, (int)fd, (uint32_t)interest, (uint32_t)low, (uint32_t)high));
}

// add(fd, interest, low, high), modify(fd, interest, low, high)
static napi_value add_descriptor(napi_env env, napi_callback_info info) {
  return control_descriptor(env, info, poller_add);
}

static napi_value modify_descriptor(napi_env env, napi_callback_info info) {
  return control_descriptor(env, info, poller_modify);
}

// delete(fd)
static napi_value delete_descriptor(napi_env env, napi_callback_info info) {
  napi_value arguments[MAX_ARGUMENTS];
  bound_poller *bound = open_call(env, info, arguments);
  int64_t fd;
  if (bound == NULL) return NULL;
  if (!get_integer(env, arguments[0], 0, INT32_MAX, &fd)) return integer(env, -EINVAL);
  return integer(env, poller_delete(&bound->poller, (int)fd));
}

// close(events): detaches the array of events, so that nothing sees it when it is freed. Idempotent.
static napi_value close_poller(napi_env env, napi_callback_info info) {
  napi_value arguments[MAX_ARGUMENTS];
  bound_poller *bound = open_call(env, info, arguments);
  void *events;
  size_t bytes;
  if (bound == NULL) return NULL;
  if (bound->poller.events == NULL) return integer(env, 0);
  if (napi_get_arraybuffer_info(env, arguments[0], &events, &bytes) != napi_ok || events != bound->poller.events ||
      napi_detach_arraybuffer(env, arguments[0]) != napi_ok) {
    return integer(env, -EINVAL);
  }
  poller_close(&bound->poller);
  return integer(env, 0);
}

static bool set(napi_env env, napi_value object, const char *name, napi_value value) {
  return value != NULL && napi_set_named_property(env, object, name, value) == napi_ok;
}

static bool set_function(napi_env env, napi_value object, const char *name, napi_callback callback, void *data) {
  napi_value function;
  return napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, data, &function) == napi_ok &&
         set(env, object, name, function);
}

// createPoller(capacity) -> the poller or -errno. The layout of an event differs between machines: it comes from here.
static napi_value create_poller(napi_env env, napi_callback_info info) {
  napi_value arguments[MAX_ARGUMENTS];
  environment *owner = open_call(env, info, arguments);
  int64_t capacity;
  if (owner == NULL) return NULL;
  if (!get_integer(env, arguments[0], 1, INT32_MAX, &capacity)) return integer(env, -EINVAL);
  bound_poller *created = calloc(1, sizeof *created);
  if (created == NULL) return integer(env, -ENOMEM);
  int outcome = poller_open(&created->poller, (uint32_t)capacity);
  if (outcome < 0) {
    free(created);
    return integer(env, outcome);
  }
  created->next = owner->pollers;
  owner->pollers = created;

  napi_value out, events;
  size_t bytes = (size_t)created->poller.capacity * sizeof(struct epoll_event);
  if (napi_create_external_arraybuffer(env, created->poller.events, bytes, NULL, NULL, &events) != napi_ok) return NULL;
  if (napi_create_object(env, &out) != napi_ok) return NULL;
  bool complete = set(env, out, "fd", integer(env, created->poller.fd)) && set(env, out, "events", events) &&
                  set(env, out, "strideBytes", integer(env, sizeof(struct epoll_event))) &&
                  set(env, out, "flagsOffsetBytes", integer(env, offsetof(struct epoll_event, events))) &&
                  set(env, out, "tokenOffsetBytes", integer(env, offsetof(struct epoll_event, data))) &&
                  set_function(env, out, "wait", wait_for_events, created) &&
                  set_function(env, out, "add", add_descriptor, created) &&
                  set_function(env, out, "modify", modify_descriptor, created) &&
                  set_function(env, out, "delete", delete_descriptor, created) &&
                  set_function(env, out, "close", close_poller, created);
  return complete ? out : NULL;
}

static void finalize_environment(node_api_basic_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  environment *ended = data;
  while (ended->pollers != NULL) {
    bound_poller *bound = ended->pollers;
    ended->pollers = bound->next;
    poller_close(&bound->poller);
    free(bound);
  }
  free(ended);
}

NAPI_MODULE_INIT() {
  environment *created = calloc(1, sizeof *created);
  if (created == NULL) {
    napi_throw_error(env, "ENOMEM", "no memory for the state of io-epoll");
    return NULL;
  }
  if (napi_set_instance_data(env, created, finalize_environment, NULL) != napi_ok) {
    free(created);
    return NULL;
  }
  return set_function(env, exports, "createPoller", create_poller, created) ? exports : NULL;
}
