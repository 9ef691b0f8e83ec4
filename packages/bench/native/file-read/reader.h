// Random reads from a file of 4 KiB blocks, each of which begins with its own number: what both engines need and what must hold of what
// is read. A read begins with a block; it may be shorter, or several blocks long.
#ifndef POLLAB_READER_H
#define POLLAB_READER_H

#include <stdbool.h>
#include <stdint.h>

#include "../common/positions.h"

enum { BLOCK_BYTES = 4096, DEPTH_MAX = 4096, READ_BYTES_MIN = 512, READ_BYTES_MAX = 1 << 20 };

struct reader {
  int fd;
  uint32_t bytes;  // of a read
  struct positions positions;
  uint64_t syscalls;  // made by the engine
};

// Opens a file of whole blocks for reads of `bytes` each; past the page cache with `direct`. Ends the program when it is not one.
void reader_open(struct reader *reader, const char *path, uint32_t bytes, bool direct, uint32_t seed);

// Where the read number `position` of the file begins.
uint64_t reader_offset(const struct reader *reader, uint32_t position);

// Ends the program unless `result` (a length or -errno) and `bytes` are those of the read number `position`.
void reader_check(const struct reader *reader, int64_t result, const uint8_t *bytes, uint32_t position);

// Reads `operations` times, one pread(2) after the other.
void reader_run_psync(struct reader *reader, uint64_t operations);

// Creates the ring and the buffers for `depth` reads in flight; ends the program with exit code 2 where there is no io_uring. With
// `registered` the ring knows the file and the buffers beforehand, and looks up neither at a read.
void reader_open_uring(const struct reader *reader, uint32_t depth, bool registered);

// Reads `operations` times on the ring.
void reader_run_uring(struct reader *reader, uint64_t operations);

#endif
