// loadgen: a TCP load generator for echo servers on 127.0.0.1, as a closed loop or, with a rate, an open one. It warms the server up in a
// closed loop on connections of their own, then measures a fixed number of requests on new ones: wall time, latencies, and the processor
// time of the server and of itself. One JSON line on stdout. Exit codes: 0 measured, 1 the server or the network failed, 2 the command line or the machine does not allow it.
#include <err.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../common/arguments.h"
#include "../common/clock.h"
#include "../common/cpu-time.h"
#include "../common/descriptors.h"
#include "../common/uring.h"
#include "deadline.h"
#include "engine.h"
#include "load.h"
#include "open-loop.h"

static const char usage[] =
    "usage: loadgen --port P --connections N --requests R --server-pid PID\n"
    "               [--warmup W] [--warmup-connections N] [--warmup-rounds K]\n"
    "               [--rate Q [--arrivals poisson|even] [--seed S]]\n"
    "               [--bytes B] [--engine auto|uring|epoll] [--timeout-s S]\n"
    "  --port        the server's port on 127.0.0.1\n"
    "  --connections 1 to 4096, each with one request outstanding\n"
    "  --requests    measured requests in all, at least one for each connection\n"
    "  --server-pid  the process whose processor time is measured\n"
    "  --warmup      requests before the measured ones (0)\n"
    "  --warmup-connections  connections that they are spread over, 1 to 4096 (as many as are measured)\n"
    "  --warmup-rounds       how often, 1 to 100: a server that is compiled as it runs has to see connections end, too (1)\n"
    "  --rate        requests per second that come whether there are replies or not, 1 to 100000000 (as fast as replies come)\n"
    "  --arrivals    of independent users, or at even intervals (poisson)\n"
    "  --seed        of the arrivals, 0 to 4294967295; 0 is taken as 1 (1)\n"
    "  --bytes       length of a request, 8 to 16777216, at most 256 MiB over all connections (64)\n"
    "  --engine      what moves the bytes; auto is epoll (auto)\n"
    "  --timeout-s   limit on the whole run, 1 to 3600 (30)\n";

struct options {
  uint64_t port, connections, requests, server_pid, warmup, warmup_connections, warmup_rounds, rate, seed, bytes, timeout_s;
  const char *engine, *arrivals;
};

struct result {
  uint64_t elapsed_ns;
  struct cpu_time server;
  uint64_t generator_cpu_ns;
  struct histogram *lateness;  // of the open loop; NULL in the closed one
};

static struct options parse(int argc, char **argv) {
  static const char *const engines[] = {"auto", "uring", "epoll", NULL};
  static const char *const arrivals[] = {"poisson", "even", NULL};
  struct options options = {
      .warmup_rounds = 1, .seed = 1, .bytes = 64, .timeout_s = 30, .engine = "auto", .arrivals = "poisson"};
  const struct argument table[] = {
      {.name = "port", .required = true, .number = &options.port, .minimum = 1, .maximum = 65535},
      {.name = "connections", .required = true, .number = &options.connections, .minimum = 1, .maximum = LOAD_CONNECTIONS_MAX},
      {.name = "requests", .required = true, .number = &options.requests, .minimum = 1, .maximum = UINT32_MAX},
      {.name = "server-pid", .required = true, .number = &options.server_pid, .minimum = 1, .maximum = INT32_MAX},
      {.name = "warmup", .number = &options.warmup, .minimum = 0, .maximum = UINT32_MAX},
      {.name = "warmup-connections", .number = &options.warmup_connections, .minimum = 1, .maximum = LOAD_CONNECTIONS_MAX},
      {.name = "warmup-rounds", .number = &options.warmup_rounds, .minimum = 1, .maximum = 100},
      {.name = "rate", .number = &options.rate, .minimum = 1, .maximum = 100000000},
      {.name = "arrivals", .text = &options.arrivals, .choices = arrivals},
      {.name = "seed", .number = &options.seed, .minimum = 0, .maximum = UINT32_MAX},
      {.name = "bytes", .number = &options.bytes, .minimum = LOAD_BYTES_MIN, .maximum = LOAD_BYTES_MAX},
      {.name = "engine", .text = &options.engine, .choices = engines},
      {.name = "timeout-s", .number = &options.timeout_s, .minimum = 1, .maximum = 3600},
  };
  arguments_parse_or_exit(argc, argv, table, sizeof table / sizeof *table, usage);
  if (options.connections > options.requests) {
    arguments_refuse(usage, "--requests must be at least --connections (%" PRIu64 "), not %" PRIu64, options.connections,
                     options.requests);
  }
  if (options.warmup_connections == 0) options.warmup_connections = options.connections;
  uint64_t most = options.connections > options.warmup_connections ? options.connections : options.warmup_connections;
  if (most * options.bytes > LOAD_OUTSTANDING_BYTES_MAX) {
    arguments_refuse(usage, "--connections times --bytes must be at most %d, not %" PRIu64, LOAD_OUTSTANDING_BYTES_MAX,
                     most * options.bytes);
  }
  return options;
}

// auto is epoll: io_uring was not cheaper in processor time per request at 1, 64 or 256 connections (they differ by less than the
// noise), and epoll works everywhere.
static const struct engine *open_engine(const char *name, uint32_t connections) {
  const struct engine *engine = strcmp(name, "uring") == 0 ? &engine_uring : &engine_epoll;
  int error = engine->open(connections);
  if (error == 0) return engine;
  if (engine == &engine_uring) errx(2, "--engine uring: io_uring is not available here: %s", uring_explain(error));
  errx(EXIT_FAILURE, "epoll_create1: %s", strerror(error));
}

// One round: `requests` on connections of their own, of which the first has the number `first_id`.
static void warm_up(const struct engine *engine, const struct options *options, uint64_t requests, uint32_t first_id) {
  static struct histogram unused;
  if (requests == 0) return;
  // Fewer requests than connections: only so many connections.
  uint64_t wanted = options->warmup_connections;
  uint32_t connections = (uint32_t)(requests < wanted ? requests : wanted);
  struct load load;
  load_open(&load, "warm-up", (uint16_t)options->port, connections, first_id, requests, (uint32_t)options->bytes, &unused);
  engine->attach(&load);
  load_start(&load, now_ns());
  engine->run(&load);
  load_free(&load);
}

// Returns the number of the first connection that comes after it.
static uint32_t warm_up_in_rounds(const struct engine *engine, const struct options *options) {
  uint32_t first_id = 0;
  for (uint64_t round = 0; round < options->warmup_rounds; round++) {
    // The remainder goes to the first rounds.
    uint64_t requests = options->warmup / options->warmup_rounds + (round < options->warmup % options->warmup_rounds ? 1 : 0);
    warm_up(engine, options, requests, first_id);
    first_id += (uint32_t)options->warmup_connections;
  }
  return first_id;
}

static struct cpu_time server_time(const struct options *options) {
  struct cpu_time time;
  if (!cpu_time_of((pid_t)options->server_pid, &time)) {
    err(EXIT_FAILURE, "cannot read the processor time of --server-pid %" PRIu64, options->server_pid);
  }
  return time;
}

// Returns the histogram of how late requests were sent.
static struct histogram *run_open_loop(struct load *load, const struct options *options, uint64_t start) {
  static struct histogram lateness;
  const struct open_loop schedule = {.rate = (double)options->rate,
                                     .is_poisson = strcmp(options->arrivals, "poisson") == 0,
                                     .seed = (uint32_t)options->seed,
                                     .requests = options->requests,
                                     .lateness = &lateness};
  open_loop_run(load, &schedule, start);
  return &lateness;
}

static struct result measure(const struct engine *engine, const struct options *options, uint32_t first_id,
                             struct histogram *latency) {
  struct load load;
  load_open(&load, "measurement", (uint16_t)options->port, (uint32_t)options->connections, first_id,
            options->requests, (uint32_t)options->bytes, latency);
  bool is_open = options->rate > 0;
  if (!is_open) engine->attach(&load);
  struct cpu_time server_start = server_time(options);
  struct cpu_time own_start = cpu_time_of_self();
  uint64_t start = now_ns();
  struct histogram *lateness = NULL;
  if (is_open) {
    lateness = run_open_loop(&load, options, start);
  } else {
    load_start(&load, start);
    engine->run(&load);
  }
  struct cpu_time own_end = cpu_time_of_self();
  struct cpu_time server_end = server_time(options);
  struct result result = {.elapsed_ns = load.last_reply_ns - start,
                          .server = cpu_time_between(server_start, server_end),
                          .generator_cpu_ns = cpu_time_between(own_start, own_end).total_ns,
                          .lateness = lateness};
  load_free(&load);
  return result;
}

int main(int argc, char **argv) {
  struct options options = parse(argc, argv);
  static struct histogram latency;
  uint64_t most = options.connections > options.warmup_connections ? options.connections : options.warmup_connections;
  descriptors_allow(most + 16);
  const struct engine *engine = open_engine(options.engine, (uint32_t)most);
  deadline_start(options.timeout_s);
  uint32_t first_id = warm_up_in_rounds(engine, &options);
  struct result result = measure(engine, &options, first_id, &latency);
  engine->close();
  printf("{\"operations\":%" PRIu64 ",\"elapsedNs\":%" PRIu64 ",\"cpuNs\":%" PRIu64 ",\"cpuUserNs\":%" PRIu64 ",\"cpuSystemNs\":%" PRIu64
         ",\"latency\":",
         options.requests, result.elapsed_ns, result.server.total_ns, result.server.user_ns, result.server.system_ns);
  histogram_write_json(&latency, stdout);
  if (result.lateness != NULL) {
    printf(",\"lateness\":");
    histogram_write_json(result.lateness, stdout);
  }
  printf(",\"generator\":{\"cpuNs\":%" PRIu64 ",\"engine\":\"%s\"}}\n", result.generator_cpu_ns, result.lateness == NULL ? engine->name : "epoll");
  if (fflush(stdout) != 0) err(EXIT_FAILURE, "stdout");
  return 0;
}
