/*
 * Reading what the page cache has, without waiting for what it does not have. Free of N-API, so that it is tested alone under sanitizers.
 */
#ifndef POLLAB_URING_CACHED_READ_H
#define POLLAB_URING_CACHED_READ_H

#include <stdint.h>

/* As much as one system call reads; see read(2). */
enum { CACHED_READ_MAX_BYTES = 0x7ffff000 };

/* Reads up to `bytes` from `offset` on into `memory`, as far as that takes no waiting. Returns their number, which is 0 at the end of the
 * file, or -errno: -EAGAIN where the beginning is not in memory, -EOPNOTSUPP where the file cannot tell, -EINVAL for an offset or a length
 * that cannot be. See preadv2(2) about RWF_NOWAIT. */
int64_t cached_read(int fd, void *memory, int64_t bytes, int64_t offset);

#endif
