// What works with any descriptor, pipes, eventfds, and moving bytes between two descriptors. Knows nothing of N-API.
// Every function returns a value >= 0, or a negated errno; none retries.
#ifndef POLLAB_DESCRIPTORS_H
#define POLLAB_DESCRIPTORS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

int descriptor_close(int fd);
int descriptor_read(int fd, void *into, size_t bytes);
int descriptor_write(int fd, void *from, size_t bytes);
int descriptor_read_vectors(int fd, const struct iovec *vectors, size_t count);
int descriptor_write_vectors(int fd, const struct iovec *vectors, size_t count);
/** Switches O_NONBLOCK, which everybody who shares the open file sees. Returns 1 if it was on before, otherwise 0. */
int descriptor_set_nonblocking(int fd, bool nonblocking);
/** Opens what `fd` stands for anew and not blocking, for reading or for writing: the open file is then shared with nobody. */
int descriptor_reopen(int fd, bool for_writing);

/** Another close-on-exec descriptor of the same open file. */
int descriptor_duplicate(int fd);

/** A close-on-exec pipe: `out` is the end to read from, then the end to write to. */
int pipe_create(bool nonblocking, int32_t out[2]);

/** Copies from `offset` of a file into a socket or pipe. See sendfile(2). */
int transfer_sendfile(int to, int from, int64_t offset, size_t bytes);
/** Moves bytes from or to a pipe. Never waits for a pipe; for the other descriptor only when that blocks. See splice(2). */
int transfer_splice(int from, int to, size_t bytes);

/** A non-blocking, close-on-exec eventfd. */
int event_create(void);
/** Makes it readable. */
int event_signal(int fd);
/** Makes it not readable. */
int event_drain(int fd);

#endif
