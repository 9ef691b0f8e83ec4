// Blocking reads: one pread(2) after the other.
#include <errno.h>
#include <unistd.h>

#include "reader.h"

void reader_run_psync(struct reader *reader, uint64_t operations) {
  static uint8_t buffer[BLOCK_BYTES] __attribute__((aligned(BLOCK_BYTES)));
  for (uint64_t i = 0; i < operations; i++) {
    uint32_t block = positions_next(&reader->positions);
    ssize_t length = pread(reader->fd, buffer, BLOCK_BYTES, (off_t)block * BLOCK_BYTES);
    reader->syscalls++;
    reader_check(length < 0 ? -errno : length, buffer, block);
  }
}
