#include "cached-read.h"

#include <errno.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* RWF_NOWAIT, Linux 4.14. */
enum { NOWAIT = 8 };

int64_t cached_read(int fd, void *memory, int64_t bytes, int64_t offset) {
  /* An offset of -1 would be the file's own position. */
  if (bytes < 0 || bytes > CACHED_READ_MAX_BYTES || offset < 0) return -EINVAL;
  const struct iovec part = {memory, (size_t)bytes};
  /* The offset comes in two halves, of which the upper one is shifted out where a long has 64 bits. Called directly: libc's function is a
   * point of cancellation, which costs. */
  const long n = syscall(__NR_preadv2, fd, &part, 1, (long)offset, (long)(offset >> 32), NOWAIT);
  return n < 0 ? -errno : n;
}
