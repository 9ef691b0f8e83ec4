// Blocking reads: one pread(2) after the other.
#include <errno.h>
#include <unistd.h>

#include "reader.h"

void reader_run_psync(struct reader *reader, uint64_t operations) {
  static uint8_t buffer[READ_BYTES_MAX] __attribute__((aligned(BLOCK_BYTES)));
  for (uint64_t i = 0; i < operations; i++) {
    uint32_t position = positions_next(&reader->positions);
    ssize_t length = pread(reader->fd, buffer, reader->bytes, (off_t)reader_offset(reader, position));
    reader->syscalls++;
    reader_check(reader, length < 0 ? -errno : length, buffer, position);
  }
}
