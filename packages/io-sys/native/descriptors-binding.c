// The descriptors, as JavaScript sees them: see descriptors.h.
#include "binding.h"

#include <errno.h>

#include "descriptors.h"
#include "owned.h"

static int close_owned(int fd) {
  owned_release(fd);
  return descriptor_close(fd);
}

// closeDescriptor(fd)
static napi_value close_descriptor(napi_env env, napi_callback_info info) {
  return on_descriptor(env, info, close_owned);
}

// adoptDescriptor(fd)
static napi_value adopt_descriptor(napi_env env, napi_callback_info info) {
  call call;
  int fd;
  if (!open_call(env, info, &call)) return NULL;
  if (!get_descriptor(env, call.at[0], &fd)) return integer(env, -EINVAL);
  return integer(env, owned_adopt(fd, call.environment));
}

// readFileSlab(), writeFileSlab(): by slabCall
static napi_value read_file_slab(napi_env env, napi_callback_info info) {
  return transfer_slab(env, info, descriptor_read);
}

static napi_value write_file_slab(napi_env env, napi_callback_info info) {
  return transfer_slab(env, info, descriptor_write);
}

// readFileView(fd, view), writeFileView(fd, view)
static napi_value read_file_view(napi_env env, napi_callback_info info) {
  return on_descriptor_and_view(env, info, descriptor_read);
}

static napi_value write_file_view(napi_env env, napi_callback_info info) {
  return on_descriptor_and_view(env, info, descriptor_write);
}

// readFileSlabs(fd, ranges, count), writeFileSlabs(fd, ranges, count)
static napi_value read_file_slabs(napi_env env, napi_callback_info info) {
  return transfer_slabs(env, info, descriptor_read_vectors);
}

static napi_value write_file_slabs(napi_env env, napi_callback_info info) {
  return transfer_slabs(env, info, descriptor_write_vectors);
}

// writeFileViews(fd, views)
static napi_value write_file_views(napi_env env, napi_callback_info info) {
  return transfer_views(env, info, descriptor_write_vectors);
}

// setNonblocking(fd, nonblocking) -> 1 if it was on before
static napi_value set_nonblocking(napi_env env, napi_callback_info info) {
  call call;
  int fd;
  bool nonblocking;
  if (!open_call(env, info, &call)) return NULL;
  if (!get_descriptor(env, call.at[0], &fd) || napi_get_value_bool(env, call.at[1], &nonblocking) != napi_ok) {
    return integer(env, -EINVAL);
  }
  return integer(env, descriptor_set_nonblocking(fd, nonblocking));
}

// reopenDescriptor(fd, forWriting) -> fd
static napi_value reopen_descriptor(napi_env env, napi_callback_info info) {
  call call;
  int fd;
  bool for_writing;
  if (!open_call(env, info, &call)) return NULL;
  if (!get_descriptor(env, call.at[0], &fd) || napi_get_value_bool(env, call.at[1], &for_writing) != napi_ok) {
    return integer(env, -EINVAL);
  }
  return new_descriptor(env, &call, descriptor_reopen(fd, for_writing));
}

// duplicateDescriptor(fd) -> fd, which belongs to no thread
static napi_value duplicate_descriptor(napi_env env, napi_callback_info info) {
  return on_descriptor(env, info, descriptor_duplicate);
}

// createPipe(nonblocking, into): an Int32Array of at least two
static napi_value create_pipe(napi_env env, napi_callback_info info) {
  call call;
  bool nonblocking;
  int32_t *into;
  if (!open_call(env, info, &call)) return NULL;
  if (napi_get_value_bool(env, call.at[0], &nonblocking) != napi_ok) return integer(env, -EINVAL);
  if (!get_int32s(env, call.at[1], 2, &into)) return integer(env, -EFAULT);
  return new_descriptors(env, &call, pipe_create(nonblocking, into), into);
}

// sendFile(to, from, offset, length)
static napi_value send_file(napi_env env, napi_callback_info info) {
  call call;
  int to, from;
  double offset;
  uint32_t length;
  if (!open_call(env, info, &call)) return NULL;
  if (!get_descriptor(env, call.at[0], &to) || !get_descriptor(env, call.at[1], &from) ||
      napi_get_value_double(env, call.at[2], &offset) != napi_ok || !get_uint32(env, call.at[3], &length)) {
    return integer(env, -EINVAL);
  }
  // Beyond 2**53 a double skips whole numbers.
  if (!(offset >= 0 && offset <= 9007199254740991.0) || (double)(int64_t)offset != offset) return integer(env, -EINVAL);
  return integer(env, transfer_sendfile(to, from, (int64_t)offset, length));
}

// splice(from, to, length)
static napi_value splice_bytes(napi_env env, napi_callback_info info) {
  call call;
  int from, to;
  uint32_t length;
  if (!open_call(env, info, &call)) return NULL;
  if (!get_descriptor(env, call.at[0], &from) || !get_descriptor(env, call.at[1], &to) ||
      !get_uint32(env, call.at[2], &length)) {
    return integer(env, -EINVAL);
  }
  return integer(env, transfer_splice(from, to, length));
}

static napi_value create_event(napi_env env, napi_callback_info info) {
  call call;
  if (!open_call(env, info, &call)) return NULL;
  return new_descriptor(env, &call, event_create());
}

// signalEvent(fd), drainEvent(fd)
static napi_value signal_event(napi_env env, napi_callback_info info) {
  return on_descriptor(env, info, event_signal);
}

static napi_value drain_event(napi_env env, napi_callback_info info) {
  return on_descriptor(env, info, event_drain);
}

const binding descriptor_bindings[] = {
    {"closeDescriptor", close_descriptor},
    {"adoptDescriptor", adopt_descriptor},
    {"readFileSlab", read_file_slab},
    {"writeFileSlab", write_file_slab},
    {"readFileView", read_file_view},
    {"writeFileView", write_file_view},
    {"readFileSlabs", read_file_slabs},
    {"writeFileSlabs", write_file_slabs},
    {"writeFileViews", write_file_views},
    {"setNonblocking", set_nonblocking},
    {"reopenDescriptor", reopen_descriptor},
    {"duplicateDescriptor", duplicate_descriptor},
    {"createPipe", create_pipe},
    {"sendFile", send_file},
    {"splice", splice_bytes},
    {"createEvent", create_event},
    {"signalEvent", signal_event},
    {"drainEvent", drain_event},
    {NULL, NULL},
};
