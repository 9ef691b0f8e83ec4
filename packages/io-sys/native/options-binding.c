// The socket options, as JavaScript sees them: see options.h.
#include "binding.h"

#include <errno.h>

#include "options.h"

// setOption(fd, level, option, value)
static napi_value set_option(napi_env env, napi_callback_info info) {
  call call;
  int fd;
  int32_t level, option, value;
  if (!open_call(env, info, &call)) return NULL;
  if (!get_descriptor(env, call.at[0], &fd) || !get_int32(env, call.at[1], &level) || !get_int32(env, call.at[2], &option) ||
      !get_int32(env, call.at[3], &value)) {
    return integer(env, -EINVAL);
  }
  return integer(env, option_set(fd, level, option, value));
}

// getOption(fd, level, option) -> its value
static napi_value get_option(napi_env env, napi_callback_info info) {
  call call;
  int fd;
  int32_t level, option;
  if (!open_call(env, info, &call)) return NULL;
  if (!get_descriptor(env, call.at[0], &fd) || !get_int32(env, call.at[1], &level) || !get_int32(env, call.at[2], &option)) {
    return integer(env, -EINVAL);
  }
  return integer(env, option_get(fd, level, option));
}

// setLinger(fd, seconds): negative switches it off
static napi_value set_linger(napi_env env, napi_callback_info info) {
  call call;
  int fd;
  int32_t seconds;
  if (!open_call(env, info, &call)) return NULL;
  if (!get_descriptor(env, call.at[0], &fd) || !get_int32(env, call.at[1], &seconds)) return integer(env, -EINVAL);
  return integer(env, option_set_linger(fd, seconds));
}

// getLinger(fd) -> seconds
static napi_value get_linger(napi_env env, napi_callback_info info) {
  return on_descriptor(env, info, option_get_linger);
}

// changeGroup(fd, group, interface, join)
static napi_value change_group(napi_env env, napi_callback_info info) {
  call call;
  int fd;
  void *group;
  size_t bytes;
  uint32_t interface;
  bool join;
  if (!open_call(env, info, &call)) return NULL;
  if (!get_descriptor(env, call.at[0], &fd) || !get_uint32(env, call.at[2], &interface) ||
      napi_get_value_bool(env, call.at[3], &join) != napi_ok) {
    return integer(env, -EINVAL);
  }
  if (!get_view(env, call.at[1], &group, &bytes)) return integer(env, -EFAULT);
  return integer(env, option_change_group(fd, group, bytes, interface, join));
}

// peerCredentials(fd, into): an Int32Array of at least three: process, user and group, the last two unsigned
static napi_value peer_credentials(napi_env env, napi_callback_info info) {
  call call;
  int fd;
  int32_t *into;
  struct ucred found;
  if (!open_call(env, info, &call)) return NULL;
  if (!get_descriptor(env, call.at[0], &fd)) return integer(env, -EINVAL);
  if (!get_int32s(env, call.at[1], 3, &into)) return integer(env, -EFAULT);
  int outcome = option_peer_credentials(fd, &found);
  if (outcome < 0) return integer(env, outcome);
  into[0] = found.pid;
  into[1] = (int32_t)found.uid;
  into[2] = (int32_t)found.gid;
  return integer(env, 0);
}

const binding option_bindings[] = {
    {"setOption", set_option},
    {"getOption", get_option},
    {"setLinger", set_linger},
    {"getLinger", get_linger},
    {"changeGroup", change_group},
    {"peerCredentials", peer_credentials},
    {NULL, NULL},
};
