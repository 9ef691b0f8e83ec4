// The parked threads, as JavaScript sees them: see parked.h. `leaving`, which is no function, is added where the addon is loaded.
#include "binding.h"

#include <errno.h>

#include "parked.h"

// registerParked(eventFd, thread)
static napi_value register_parked(napi_env env, napi_callback_info info) {
  call call;
  int fd;
  uint32_t thread;
  if (!open_call(env, info, &call)) return NULL;
  if (!get_descriptor(env, call.at[0], &fd) || !get_uint32(env, call.at[1], &thread)) return integer(env, -EINVAL);
  return integer(env, parked_register(fd, thread));
}

static napi_value unregister_parked(napi_env env, napi_callback_info info) {
  return on_descriptor(env, info, parked_unregister);
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

const binding parked_bindings[] = {
    {"registerParked", register_parked},
    {"unregisterParked", unregister_parked},
    {"signalParked", signal_parked},
    {"releaseParked", release_parked},
    {NULL, NULL},
};
