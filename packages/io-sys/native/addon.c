// The addon of io-sys: gathers the bindings. Loads in any number of threads; each has a state of its own.
#include <stdlib.h>

#include "binding.h"
#include "owned.h"
#include "parked.h"

static void finalize_environment(node_api_basic_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  environment *ended = data;
  owned_close_all(ended);
  slab_table_clear(&ended->slabs);
  free(ended);
}

static bool expose(napi_env env, napi_value exports, const char *name, void *memory, size_t bytes) {
  napi_value buffer;
  return napi_create_external_arraybuffer(env, memory, bytes, NULL, NULL, &buffer) == napi_ok &&
         set(env, exports, name, buffer);
}

NAPI_MODULE_INIT() {
  const binding *const groups[] = {
      slab_bindings, descriptor_bindings, socket_bindings, option_bindings, parked_bindings, signal_bindings,
  };
  environment *created = calloc(1, sizeof *created);
  if (created == NULL) {
    napi_throw_error(env, "ENOMEM", "no memory for the state of io-sys");
    return NULL;
  }
  if (napi_set_instance_data(env, created, finalize_environment, NULL) != napi_ok) {
    free(created);
    return NULL;
  }
  for (size_t group = 0; group < sizeof groups / sizeof *groups; group++) {
    for (const binding *bound = groups[group]; bound->name != NULL; bound++) {
      napi_value function;
      if (napi_create_function(env, bound->name, NAPI_AUTO_LENGTH, bound->callback, created, &function) != napi_ok ||
          !set(env, exports, bound->name, function)) {
        return NULL;
      }
    }
  }
  // Neither memory ends before the environment, and with that everything that could look at it.
  return expose(env, exports, "slabCall", &created->slab_call, sizeof created->slab_call) &&
                 expose(env, exports, "leaving", parked_leaving(), sizeof(int32_t))
             ? exports
             : NULL;
}
