/*
 * What the parts of the N-API face have in common: how arguments are read, and which rings an environment (main thread, worker) has.
 * Only those can be used from it.
 */
#ifndef POLLAB_URING_BINDING_H
#define POLLAB_URING_BINDING_H

#include <node_api.h>
#include <stdbool.h>
#include <stdint.h>

#include "core.h"
#include "registrations.h"

/* A buffer ring of a ring, lent to JavaScript as an external ArrayBuffer. */
struct buffer_ring_view {
  struct buffer_ring ring;
  napi_ref buffer;
  struct buffer_ring_view *next;
};

struct ring {
  struct uring uring;
  napi_ref ring_buffer;
  napi_ref sqes_buffer;
  struct buffer_ring_view *buffer_rings;
  struct instance *owner;
  struct ring *next;
};

/* What enter is called with, and its answer, in memory that JavaScript writes and reads: taking five arguments out of a call costs
 * more than the rest of the crossing. */
struct enter_call {
  double fd;
  double to_submit;
  double min_complete;
  double flags;
  double timeout_ns;
  double result;
};

/* The same of a read of what is in the page cache. */
struct cached_read_call {
  double fd;
  double address;
  double bytes;
  double offset;
  double result;
};

struct instance {
  struct ring *rings;
  struct enter_call enter_call;
  struct cached_read_call cached_read_call;
};

/* The arguments of a call, and whose environment it is made in. Missing arguments are undefined, which every conversion refuses. */
struct call {
  struct instance *instance;
  napi_value at[5];
};

bool open_call(napi_env env, napi_callback_info info, struct call *out);

struct ring *find_ring(const struct instance *instance, int32_t fd);

/* Whether it is a whole number within the limits. */
bool whole_number(double number, double least, double most, int64_t *out);

/* napi_get_value_int32 and its kind wrap what does not fit: 2**32 would be 0, and so would NaN. These refuse it. */
bool read_integer(napi_env env, napi_value value, double least, double most, int64_t *out);
bool read_u32(napi_env env, napi_value value, uint32_t *out);
bool read_u16(napi_env env, napi_value value, uint16_t *out);
bool read_fd(napi_env env, napi_value value, int32_t *out);
/* What a double counts exactly. */
#define MAX_EXACT ((double)((int64_t)1 << 53))
/* -1 is no limit. */
#define MAX_TIMEOUT_NS MAX_EXACT
bool read_timeout_ns(napi_env env, napi_value value, int64_t *out);

/* Throws a TypeError and returns NULL. */
napi_value refuse(napi_env env, const char *message);
napi_value number(napi_env env, double value);

/* Makes a mapping visible as an ArrayBuffer and keeps a reference, to detach it by. */
bool create_buffer(napi_env env, void *memory, size_t bytes, napi_value *buffer, napi_ref *reference);
/* No view reaches the memory any more. */
void conceal(napi_env env, napi_ref reference);

/* Detaches and unmaps all buffer rings of a ring; the kernel has let go of them. */
void close_buffer_rings(napi_env env, struct ring *ring);

/* Of registrations-binding.c. The list ends with a NULL name. */
struct binding {
  const char *name;
  napi_callback callback;
};
extern const struct binding registration_bindings[];

#endif
