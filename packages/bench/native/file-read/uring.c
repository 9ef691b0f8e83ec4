// Reads on io_uring (io_uring(7)): `depth` in flight; each turn submits a read for every one that has completed and waits for the
// next, in one call.
#include <err.h>
#include <stdlib.h>

#include "../common/uring.h"
#include "reader.h"

static struct uring ring;
static uint32_t slot_count;
// By slot: a read in flight has a buffer, and its slot is the user data of its entry.
static uint8_t (*buffers)[BLOCK_BYTES];
static uint32_t blocks[DEPTH_MAX];

void reader_open_uring(uint32_t depth) {
  slot_count = depth;
  buffers = aligned_alloc(BLOCK_BYTES, (size_t)depth * BLOCK_BYTES);
  if (buffers == NULL) errx(EXIT_FAILURE, "no memory for %u blocks", depth);
  uring_open_or_exit(&ring, depth, depth);
}

static void start(struct reader *reader, uint32_t slot) {
  uint32_t block = positions_next(&reader->positions);
  blocks[slot] = block;
  struct io_uring_sqe *sqe = uring_sqe(&ring);
  sqe->opcode = IORING_OP_READ;
  sqe->fd = reader->fd;
  sqe->off = (uint64_t)block * BLOCK_BYTES;
  sqe->addr = (uintptr_t)buffers[slot];
  sqe->len = BLOCK_BYTES;
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
      reader_check(completion.result, buffers[slot], blocks[slot]);
      done++;
      if (started == operations) continue;
      start(reader, slot);
      started++;
    }
  }
  reader->syscalls += ring.enters - enters_before;
}
