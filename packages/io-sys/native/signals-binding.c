// The signals, as JavaScript sees them: see signals.h.
#include "binding.h"

#include <errno.h>

#include "signals.h"

// watchSignal(number, eventFd), unwatchSignal(number, eventFd)
static napi_value watch_signal(napi_env env, napi_callback_info info) {
  return on_descriptor_and_int(env, info, signal_watch);
}

static napi_value unwatch_signal(napi_env env, napi_callback_info info) {
  return on_descriptor_and_int(env, info, signal_unwatch);
}

// rearmSignal(number)
static napi_value rearm_signal(napi_env env, napi_callback_info info) {
  return on_descriptor(env, info, signal_rearm);
}

const binding signal_bindings[] = {
    {"watchSignal", watch_signal},
    {"unwatchSignal", unwatch_signal},
    {"rearmSignal", rearm_signal},
    {NULL, NULL},
};
