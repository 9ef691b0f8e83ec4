// What the bindings have in common: each converts its arguments, makes one call of the core and returns its int, which is a negated
// errno when it failed. Arguments of a wrong type or range are refused with -EINVAL, memory outside of a slab or a view with
// -EFAULT, before anything is touched.
#ifndef POLLAB_BINDING_H
#define POLLAB_BINDING_H
#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "slabs.h"

#define MAX_ARGUMENTS 6

/** The arguments and the result of `transfer_slab`: JavaScript sees them as five doubles. */
typedef struct slab_call {
  double fd, slab, offset, length;
  double result;
} slab_call;

/** What each thread that loads the addon has of its own. */
typedef struct environment {
  slab_table slabs;
  slab_call slab_call;
} environment;

typedef struct call {
  environment *environment;
  napi_value at[MAX_ARGUMENTS];
} call;

/** One function as JavaScript sees it; a list of them ends with a NULL name. */
typedef struct binding {
  const char *name;
  napi_callback callback;
} binding;

extern const binding slab_bindings[];
extern const binding descriptor_bindings[];
extern const binding socket_bindings[];
extern const binding option_bindings[];
extern const binding parked_bindings[];
extern const binding signal_bindings[];

/** Missing arguments are undefined, which every conversion refuses. */
bool open_call(napi_env env, napi_callback_info info, call *out);

napi_value integer(napi_env env, int value);
/** A descriptor that was made by this call, which is closed with the environment unless it is closed before; or a negated errno. */
napi_value new_descriptor(napi_env env, const call *call, int fd);
/** The two that `outcome` says were made. */
napi_value new_descriptors(napi_env env, const call *call, int outcome, const int32_t made[2]);
bool set(napi_env env, napi_value object, const char *name, napi_value value);

bool get_uint32(napi_env env, napi_value from, uint32_t *out);
bool get_int32(napi_env env, napi_value from, int32_t *out);
bool get_descriptor(napi_env env, napi_value from, int *out);
/** The bytes of a Uint8Array. */
bool get_view(napi_env env, napi_value from, void **data, size_t *bytes);
/** The elements of an Int32Array, if it has at least `least` of them. */
bool get_int32s(napi_env env, napi_value from, size_t least, int32_t **out);

/** Calls with (fd), (fd, integer >= 0). */
napi_value on_descriptor(napi_env env, napi_callback_info info, int use(int));
napi_value on_descriptor_and_int(napi_env env, napi_callback_info info, int use(int, int));
/** Calls with (fd, Uint8Array). */
napi_value on_descriptor_and_view(napi_env env, napi_callback_info info, int use(int, void *, size_t));

typedef int transfer(int fd, void *memory, size_t bytes);
typedef int vectored_transfer(int fd, const struct iovec *vectors, size_t count);

/** A transfer by what is in the environment's slab_call. It takes no arguments: to convert four takes longer than the call. */
napi_value transfer_slab(napi_env env, napi_callback_info info, transfer *move);
/** A transfer with (fd, ranges, count): an Uint32Array of slab, offset and length, `count` times. At most IOV_MAX are used. */
napi_value transfer_slabs(napi_env env, napi_callback_info info, vectored_transfer *move);
/** A transfer with (fd, views): an array of Uint8Arrays. At most IOV_MAX are used. */
napi_value transfer_views(napi_env env, napi_callback_info info, vectored_transfer *move);

#endif
