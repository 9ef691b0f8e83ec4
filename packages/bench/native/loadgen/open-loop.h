// The open loop: requests come when a schedule says, whether the server has kept up or not, as the users of a service do. Latency runs
// from the intended time, so a stall costs every request that came meanwhile; a closed loop would make one of them (coordinated
// omission, as Gil Tene has named it).
//
// Connections are a pool: a request takes the one that has rested longest, and waits where all are busy. The generator spins, so that
// it is never late by a sleep: it wants a core of its own.
#ifndef POLLAB_OPEN_LOOP_H
#define POLLAB_OPEN_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "../common/histogram.h"
#include "load.h"

struct open_loop {
  double rate;      // requests per second
  bool is_poisson;  // independent users; otherwise at even intervals
  uint32_t seed;    // of the intervals
  uint64_t requests;
  struct histogram *lateness;  // how long after its intended time each request was sent
};

// Runs the schedule on a load that has been opened, from `start_ns` on, and closes its connections.
void open_loop_run(struct load *load, const struct open_loop *schedule, uint64_t start_ns);

#endif
