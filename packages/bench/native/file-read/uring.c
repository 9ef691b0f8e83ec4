// Reads on io_uring (io_uring(7)): `depth` in flight; each turn submits a read for every one that has completed and waits for the
// next, in one call.
#include <err.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "../common/uring.h"
#include "reader.h"

static struct uring ring;
static uint32_t slot_count;
// By slot: a read in flight has a buffer, and its slot is the user data of its entry.
static uint8_t *buffers;
static size_t buffer_bytes;
static uint32_t positions[DEPTH_MAX];
static bool is_registered;

static void register_with_ring(const struct reader *reader) {
  const struct iovec memory = {.iov_base = buffers, .iov_len = slot_count * buffer_bytes};
  if (syscall(SYS_io_uring_register, ring.fd, IORING_REGISTER_BUFFERS, &memory, 1) != 0) {
    err(2, "the ring cannot know %zu bytes of buffers beforehand (ulimit -l raises the limit on locked memory)", memory.iov_len);
  }
  const int32_t fd = reader->fd;
  if (syscall(SYS_io_uring_register, ring.fd, IORING_REGISTER_FILES, &fd, 1) != 0) err(2, "io_uring_register(IORING_REGISTER_FILES)");
}

void reader_open_uring(const struct reader *reader, uint32_t depth, bool registered) {
  slot_count = depth;
  // Aligned as reads past the page cache need it.
  buffer_bytes = ((size_t)reader->bytes + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES;
  buffers = aligned_alloc(BLOCK_BYTES, depth * buffer_bytes);
  if (buffers == NULL) errx(EXIT_FAILURE, "no memory for %u reads", depth);
  uring_open_or_exit(&ring, depth, depth);
  is_registered = registered;
  if (registered) register_with_ring(reader);
}

static void start(struct reader *reader, uint32_t slot) {
  positions[slot] = positions_next(&reader->positions);
  struct io_uring_sqe *sqe = uring_sqe(&ring);
  sqe->opcode = is_registered ? IORING_OP_READ_FIXED : IORING_OP_READ;
  sqe->flags = is_registered ? IOSQE_FIXED_FILE : 0;
  // The first, and only, of the registered files; `buf_index` names the first of the buffers in the same way.
  sqe->fd = is_registered ? 0 : reader->fd;
  sqe->off = reader_offset(reader, positions[slot]);
  sqe->addr = (uintptr_t)(buffers + slot * buffer_bytes);
  sqe->len = reader->bytes;
  sqe->user_data = slot;
}

void reader_run_uring(struct reader *reader, uint64_t operations) {
  uint64_t enters_before = ring.enters;
  uint64_t started = 0, done = 0;
  for (; started < slot_count && started < operations; started++) start(reader, (uint32_t)started);
  while (done < operations) {
    // An interrupted wait is a turn with nothing in it.
    uring_submit_and_wait(&ring, 1);
    for (uint32_t ready = uring_ready(&ring); ready > 0; ready--) {
      struct uring_completion completion = uring_next(&ring);
      uint32_t slot = (uint32_t)completion.user_data;
      reader_check(reader, completion.result, buffers + slot * buffer_bytes, positions[slot]);
      done++;
      if (started == operations) continue;
      start(reader, slot);
      started++;
    }
  }
  reader->syscalls += ring.enters - enters_before;
}
