#include "reader.h"

#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

// From the beginning of one read to that of the next.
static uint32_t stride(uint32_t bytes) {
  return bytes < BLOCK_BYTES ? BLOCK_BYTES : bytes;
}

void reader_open(struct reader *reader, const char *path, uint32_t bytes, bool direct, uint32_t seed) {
  int fd = open(path, O_RDONLY | O_CLOEXEC | (direct ? O_DIRECT : 0));
  if (fd < 0) err(EXIT_FAILURE, "cannot open --file %s", path);
  struct stat status;
  if (fstat(fd, &status) != 0) err(EXIT_FAILURE, "fstat %s", path);
  uint64_t size = (uint64_t)status.st_size;
  if (!S_ISREG(status.st_mode) || size < stride(bytes) || size % BLOCK_BYTES != 0 || size / BLOCK_BYTES > UINT32_MAX) {
    errx(EXIT_FAILURE, "--file %s must be a regular file of whole 4096-byte blocks, at least one read long, but has %" PRIu64 " bytes", path,
         size);
  }
  *reader = (struct reader){.fd = fd, .bytes = bytes, .positions = positions_start(seed, (uint32_t)(size / stride(bytes)))};
}

uint64_t reader_offset(const struct reader *reader, uint32_t position) {
  return (uint64_t)position * stride(reader->bytes);
}

void reader_check(const struct reader *reader, int64_t result, const uint8_t *bytes, uint32_t position) {
  uint32_t block = (uint32_t)(reader_offset(reader, position) / BLOCK_BYTES);
  if (result < 0) errx(EXIT_FAILURE, "reading block %" PRIu32 ": %s", block, strerror((int)-result));
  if (result != reader->bytes) {
    errx(EXIT_FAILURE, "reading block %" PRIu32 ": %" PRId64 " bytes instead of %" PRIu32 "; is the file being truncated?", block, result,
         reader->bytes);
  }
  uint32_t number = (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
  if (number != block) errx(EXIT_FAILURE, "block %" PRIu32 " begins with the number %" PRIu32, block, number);
}
