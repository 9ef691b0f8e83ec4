// file-read: reads at random positions of a file, blocking or on io_uring: what C can reach. One JSON line on stdout. Exit codes:
// 0 measured, 1 a read failed or brought the wrong block, 2 the command line or the machine does not allow it.
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../common/arguments.h"
#include "../common/clock.h"
#include "../common/cpu-time.h"
#include "reader.h"

static const char usage[] =
    "usage: file-read --engine psync|uring|uring-registered --file F --operations R [--depth N] [--warmup W] [--seed S]\n"
    "                 [--bytes B] [--access cached|direct]\n"
    "  --engine      psync: one pread after the other; uring: N reads in flight; uring-registered: with file and buffers registered\n"
    "  --file        whole blocks of 4096 bytes, each beginning with its number (32 bits, little-endian)\n"
    "  --operations  measured reads\n"
    "  --depth       reads in flight, 1 to 4096; psync has always one (1)\n"
    "  --warmup      reads before the measured ones (0)\n"
    "  --seed        of the positions, 0 to 4294967295; 0 is taken as 1 (1)\n"
    "  --bytes       length of a read, 512 to 1048576 (4096)\n"
    "  --access      direct: past the page cache (cached)\n";

int main(int argc, char **argv) {
  static const char *const engines[] = {"psync", "uring", "uring-registered", NULL};
  static const char *const accesses[] = {"cached", "direct", NULL};
  const char *engine = NULL, *file = NULL, *access = "cached";
  uint64_t operations = 0, depth = 1, warmup = 0, seed = 1, bytes = BLOCK_BYTES;
  const struct argument table[] = {
      {.name = "engine", .required = true, .text = &engine, .choices = engines},
      {.name = "file", .required = true, .text = &file},
      {.name = "operations", .required = true, .number = &operations, .minimum = 1, .maximum = UINT32_MAX},
      {.name = "depth", .number = &depth, .minimum = 1, .maximum = DEPTH_MAX},
      {.name = "warmup", .number = &warmup, .minimum = 0, .maximum = UINT32_MAX},
      {.name = "seed", .number = &seed, .minimum = 0, .maximum = UINT32_MAX},
      {.name = "bytes", .number = &bytes, .minimum = READ_BYTES_MIN, .maximum = READ_BYTES_MAX},
      {.name = "access", .text = &access, .choices = accesses},
  };
  arguments_parse_or_exit(argc, argv, table, sizeof table / sizeof *table, usage);

  struct reader reader;
  reader_open(&reader, file, (uint32_t)bytes, strcmp(access, "direct") == 0, (uint32_t)seed);
  bool on_uring = strcmp(engine, "psync") != 0;
  if (on_uring) reader_open_uring(&reader, (uint32_t)depth, strcmp(engine, "uring-registered") == 0);
  void (*run)(struct reader *, uint64_t) = on_uring ? reader_run_uring : reader_run_psync;

  run(&reader, warmup);
  reader.syscalls = 0;
  struct cpu_time cpu_start = cpu_time_of_self();
  uint64_t start = now_ns();
  run(&reader, operations);
  uint64_t elapsed_ns = now_ns() - start;
  struct cpu_time cpu = cpu_time_between(cpu_start, cpu_time_of_self());

  printf("{\"operations\":%" PRIu64 ",\"elapsedNs\":%" PRIu64 ",\"cpuNs\":%" PRIu64 ",\"cpuUserNs\":%" PRIu64 ",\"cpuSystemNs\":%" PRIu64
         ",\"syscalls\":%" PRIu64 "}\n",
         operations, elapsed_ns, cpu.total_ns, cpu.user_ns, cpu.system_ns, reader.syscalls);
  if (fflush(stdout) != 0) err(EXIT_FAILURE, "stdout");
  return 0;
}
