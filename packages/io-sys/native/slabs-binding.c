// The slabs, as JavaScript sees them: see slabs.h.
#include "binding.h"

#include <errno.h>
#include <string.h>

// The collector found the ArrayBuffer unreachable, or the environment ends, or the buffer was detached.
static void finalize_slab(node_api_basic_env env, void *data, void *hint) {
  (void)env;
  (void)data;
  slab *released = hint;
  // Nothing in JavaScript can reach it: unmap now, although the table keeps the record.
  (void)slab_unmap(released);
  slab_release(released);
}

// createSlab(bytes) -> { id, buffer, addressLow, addressHigh } or -errno
static napi_value create_slab(napi_env env, napi_callback_info info) {
  call call;
  uint32_t bytes;
  if (!open_call(env, info, &call)) return NULL;
  if (!get_uint32(env, call.at[0], &bytes)) return integer(env, -EINVAL);
  int id = slab_create(&call.environment->slabs, bytes);
  if (id < 0) return integer(env, id);
  slab *created = slab_find(&call.environment->slabs, (uint32_t)id);
  uint64_t address = (uintptr_t)created->base;
  napi_value out, buffer;
  if (napi_create_external_arraybuffer(env, created->base, created->mapped_bytes, finalize_slab, created, &buffer) != napi_ok) {
    // The record stays with the table: whether the finalizer will still run is not known here.
    (void)slab_unmap(created);
    return integer(env, -ENOMEM);
  }
  if (napi_create_object(env, &out) != napi_ok) return NULL;
  bool complete = set(env, out, "id", integer(env, id)) && set(env, out, "buffer", buffer) &&
                  set(env, out, "addressLow", integer(env, (int32_t)(uint32_t)address)) &&
                  set(env, out, "addressHigh", integer(env, (int32_t)(uint32_t)(address >> 32)));
  return complete ? out : NULL;
}

// destroySlab(id, buffer): detaches the buffer, then unmaps. -EBUSY while a buffer is lent.
static napi_value destroy_slab(napi_env env, napi_callback_info info) {
  call call;
  uint32_t id;
  void *data;
  size_t bytes;
  if (!open_call(env, info, &call)) return NULL;
  if (!get_uint32(env, call.at[0], &id)) return integer(env, -EINVAL);
  slab *found = slab_find(&call.environment->slabs, id);
  if (found == NULL || napi_get_arraybuffer_info(env, call.at[1], &data, &bytes) != napi_ok || data != found->base) {
    return integer(env, -EINVAL);
  }
  int32_t lent;
  memcpy(&lent, found->base + found->mapped_bytes - sizeof lent, sizeof lent);
  if (lent != 0) return integer(env, -EBUSY);
  if (napi_detach_arraybuffer(env, call.at[1]) != napi_ok) return integer(env, -EINVAL);
  return integer(env, slab_unmap(found));
}

const binding slab_bindings[] = {
    {"createSlab", create_slab},
    {"destroySlab", destroy_slab},
    {NULL, NULL},
};
