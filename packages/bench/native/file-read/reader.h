// Random reads of 4 KiB blocks from a file in which every block begins with its own number: what both engines need and what must
// hold of every block.
#ifndef POLLAB_READER_H
#define POLLAB_READER_H

#include <stdint.h>

#include "../common/positions.h"

enum { BLOCK_BYTES = 4096, DEPTH_MAX = 4096 };

struct reader {
  int fd;
  struct positions positions;
  uint64_t syscalls;  // made by the engine
};

// Opens a file of whole blocks. Ends the program when it is not one.
void reader_open(struct reader *reader, const char *path, uint32_t seed);

// Ends the program unless `result` (a length or -errno) and `bytes` are those of block number `block`.
void reader_check(int64_t result, const uint8_t *bytes, uint32_t block);

// Reads `operations` blocks, one pread(2) after the other.
void reader_run_psync(struct reader *reader, uint64_t operations);

// Creates the ring and the buffers for `depth` reads in flight; ends the program with exit code 2 where there is no io_uring.
void reader_open_uring(uint32_t depth);

// Reads `operations` blocks on the ring.
void reader_run_uring(struct reader *reader, uint64_t operations);

#endif
