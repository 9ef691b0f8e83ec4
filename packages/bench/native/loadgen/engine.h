// What moves the bytes of a load: two engines behind one interface.
#ifndef POLLAB_ENGINE_H
#define POLLAB_ENGINE_H

#include <stdint.h>

#include "load.h"

struct engine {
  const char *name;
  // Takes what the engine needs for so many connections. Returns 0, or the errno value of why it cannot work here.
  int (*open)(uint32_t connections);
  // Gets a load ready outside the measured time.
  void (*attach)(struct load *load);
  // Sends what is due and receives until every connection is closed.
  void (*run)(struct load *load);
  void (*close)(void);
};

extern const struct engine engine_epoll;
extern const struct engine engine_uring;

#endif
