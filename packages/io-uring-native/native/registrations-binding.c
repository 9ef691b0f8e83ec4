/*
 * The N-API face of registrations.c. Memory is registered as the whole of an ArrayBuffer, so nothing outside of one can be.
 */
#include <errno.h>
#include <stdlib.h>

#include "binding.h"

/* registerBuffers(fd, count), registerFiles(fd, count) */
static napi_value register_table(napi_env env, napi_callback_info info, int make(const struct uring *, uint32_t), const char *usage) {
  struct call call;
  int32_t fd;
  uint32_t count;
  if (!open_call(env, info, &call) || !read_fd(env, call.at[0], &fd) || !read_u32(env, call.at[1], &count)) return refuse(env, usage);
  const struct ring *ring = find_ring(call.instance, fd);
  return number(env, ring ? make(&ring->uring, count) : -EBADF);
}

static napi_value register_buffers(napi_env env, napi_callback_info info) {
  return register_table(env, info, uring_register_buffers, "registerBuffers expects (fd, count)");
}

static napi_value register_files(napi_env env, napi_callback_info info) {
  return register_table(env, info, uring_register_files, "registerFiles expects (fd, count)");
}

/* updateBuffer(fd, index, buffer | null) */
static napi_value update_buffer(napi_env env, napi_callback_info info) {
  struct call call;
  int32_t fd;
  uint32_t index;
  napi_valuetype type;
  void *memory = NULL;
  size_t bytes = 0;
  if (!open_call(env, info, &call) || !read_fd(env, call.at[0], &fd) || !read_u32(env, call.at[1], &index) ||
      napi_typeof(env, call.at[2], &type) != napi_ok ||
      (type != napi_null && (napi_get_arraybuffer_info(env, call.at[2], &memory, &bytes) != napi_ok || bytes == 0)))
    return refuse(env, "updateBuffer expects (fd, index, an ArrayBuffer that is not empty, or null)");
  const struct ring *ring = find_ring(call.instance, fd);
  return number(env, ring ? uring_update_buffer(&ring->uring, index, memory, bytes) : -EBADF);
}

/* updateFile(fd, index, file | -1) */
static napi_value update_file(napi_env env, napi_callback_info info) {
  struct call call;
  int32_t fd;
  uint32_t index;
  int64_t file;
  if (!open_call(env, info, &call) || !read_fd(env, call.at[0], &fd) || !read_u32(env, call.at[1], &index) ||
      !read_integer(env, call.at[2], -1, INT32_MAX, &file))
    return refuse(env, "updateFile expects (fd, index, file or -1)");
  const struct ring *ring = find_ring(call.instance, fd);
  return number(env, ring ? uring_update_file(&ring->uring, index, (int32_t)file) : -EBADF);
}

/* limitFileChoice(fd, first, count) */
static napi_value limit_file_choice(napi_env env, napi_callback_info info) {
  struct call call;
  int32_t fd;
  uint32_t first, count;
  if (!open_call(env, info, &call) || !read_fd(env, call.at[0], &fd) || !read_u32(env, call.at[1], &first) ||
      !read_u32(env, call.at[2], &count))
    return refuse(env, "limitFileChoice expects (fd, first, count)");
  const struct ring *ring = find_ring(call.instance, fd);
  return number(env, ring ? uring_limit_file_choice(&ring->uring, first, count) : -EBADF);
}

/* openBufferRing(fd, group, entries, flags): the entries as an ArrayBuffer, or -errno */
static napi_value open_buffer_ring(napi_env env, napi_callback_info info) {
  struct call call;
  int32_t fd;
  uint16_t group, flags;
  uint32_t entries;
  if (!open_call(env, info, &call) || !read_fd(env, call.at[0], &fd) || !read_u16(env, call.at[1], &group) ||
      !read_u32(env, call.at[2], &entries) || !read_u16(env, call.at[3], &flags))
    return refuse(env, "openBufferRing expects (fd, group, entries, flags)");
  struct ring *ring = find_ring(call.instance, fd);
  if (!ring) return number(env, -EBADF);
  struct buffer_ring_view *view = calloc(1, sizeof *view);
  if (!view) return number(env, -ENOMEM);
  const int opened = uring_open_buffer_ring(&ring->uring, &view->ring, group, entries, flags);
  if (opened < 0) {
    free(view);
    return number(env, opened);
  }
  napi_value buffer;
  if (!create_buffer(env, view->ring.memory, view->ring.bytes, &buffer, &view->buffer)) {
    uring_unregister_buffer_ring(&ring->uring, &view->ring);
    buffer_ring_unmap(&view->ring);
    free(view);
    return number(env, -ENOMEM);
  }
  view->next = ring->buffer_rings;
  ring->buffer_rings = view;
  return buffer;
}

static void close_view(napi_env env, struct buffer_ring_view *view) {
  conceal(env, view->buffer);
  buffer_ring_unmap(&view->ring);
  free(view);
}

/* closeBufferRing(fd, group): 0, or -errno with nothing changed */
static napi_value close_buffer_ring(napi_env env, napi_callback_info info) {
  struct call call;
  int32_t fd;
  uint16_t group;
  if (!open_call(env, info, &call) || !read_fd(env, call.at[0], &fd) || !read_u16(env, call.at[1], &group))
    return refuse(env, "closeBufferRing expects (fd, group)");
  struct ring *ring = find_ring(call.instance, fd);
  if (!ring) return number(env, -EBADF);
  struct buffer_ring_view **link = &ring->buffer_rings;
  while (*link && (*link)->ring.group != group) link = &(*link)->next;
  struct buffer_ring_view *view = *link;
  if (!view) return number(env, -ENOENT);
  const int unregistered = uring_unregister_buffer_ring(&ring->uring, &view->ring);
  if (unregistered < 0) return number(env, unregistered);
  *link = view->next;
  close_view(env, view);
  return number(env, 0);
}

void close_buffer_rings(napi_env env, struct ring *ring) {
  while (ring->buffer_rings) {
    struct buffer_ring_view *view = ring->buffer_rings;
    ring->buffer_rings = view->next;
    close_view(env, view);
  }
}

/* registerNapi(fd, timeoutUs) */
static napi_value register_napi(napi_env env, napi_callback_info info) {
  struct call call;
  int32_t fd;
  uint32_t timeout_us;
  if (!open_call(env, info, &call) || !read_fd(env, call.at[0], &fd) || !read_u32(env, call.at[1], &timeout_us))
    return refuse(env, "registerNapi expects (fd, timeoutUs)");
  const struct ring *ring = find_ring(call.instance, fd);
  return number(env, ring ? uring_register_napi(&ring->uring, timeout_us, 1) : -EBADF);
}

/* cancelAll(fd, timeoutNs) */
static napi_value cancel_all(napi_env env, napi_callback_info info) {
  struct call call;
  int32_t fd;
  int64_t timeout_ns;
  if (!open_call(env, info, &call) || !read_fd(env, call.at[0], &fd) || !read_timeout_ns(env, call.at[1], &timeout_ns) || timeout_ns < 0)
    return refuse(env, "cancelAll expects (fd, timeoutNs)");
  const struct ring *ring = find_ring(call.instance, fd);
  return number(env, ring ? uring_cancel_all(&ring->uring, timeout_ns) : -EBADF);
}

const struct binding registration_bindings[] = {
    {"registerBuffers", register_buffers},
    {"updateBuffer", update_buffer},
    {"registerFiles", register_files},
    {"updateFile", update_file},
    {"limitFileChoice", limit_file_choice},
    {"openBufferRing", open_buffer_ring},
    {"closeBufferRing", close_buffer_ring},
    {"registerNapi", register_napi},
    {"cancelAll", cancel_all},
    {NULL, NULL},
};
