#include "reader.h"

#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void reader_open(struct reader *reader, const char *path, uint32_t seed) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) err(EXIT_FAILURE, "cannot open --file %s", path);
  struct stat status;
  if (fstat(fd, &status) != 0) err(EXIT_FAILURE, "fstat %s", path);
  uint64_t size = (uint64_t)status.st_size;
  if (!S_ISREG(status.st_mode) || size == 0 || size % BLOCK_BYTES != 0 || size / BLOCK_BYTES > UINT32_MAX) {
    errx(EXIT_FAILURE, "--file %s must be a regular file of whole 4096-byte blocks, at least one, but has %" PRIu64 " bytes", path,
         size);
  }
  *reader = (struct reader){.fd = fd, .positions = positions_start(seed, (uint32_t)(size / BLOCK_BYTES))};
}

void reader_check(int64_t result, const uint8_t *bytes, uint32_t block) {
  if (result < 0) errx(EXIT_FAILURE, "reading block %" PRIu32 ": %s", block, strerror((int)-result));
  if (result != BLOCK_BYTES) {
    errx(EXIT_FAILURE, "reading block %" PRIu32 ": %" PRId64 " bytes instead of 4096; is the file being truncated?", block, result);
  }
  uint32_t number = (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
  if (number != block) errx(EXIT_FAILURE, "block %" PRIu32 " begins with the number %" PRIu32, block, number);
}
