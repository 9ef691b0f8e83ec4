#include "registrations.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* enum io_uring_register_op. */
enum {
  REGISTER_FILES_UPDATE = 6,      /* 5.5 */
  REGISTER_FILES2 = 13,           /* 5.13 */
  REGISTER_BUFFERS2 = 15,         /* 5.13 */
  REGISTER_BUFFERS_UPDATE = 16,   /* 5.13 */
  REGISTER_PBUF_RING = 22,        /* 5.19 */
  UNREGISTER_PBUF_RING = 23,      /* 5.19 */
  REGISTER_FILE_ALLOC_RANGE = 25, /* 6.0 */
  REGISTER_NAPI = 27,             /* 6.9 */
};

/* IORING_RSRC_REGISTER_SPARSE, 5.19. */
enum { REGISTER_SPARSE = 1 << 0 };

enum { MAX_BUFFER_RING_ENTRIES = 32768, BUFFER_RING_ENTRY_BYTES = 16 };

/* struct io_uring_rsrc_register. */
struct resources {
  uint32_t count;
  uint32_t flags;
  uint64_t reserved;
  uint64_t data;
  uint64_t tags;
};

/* struct io_uring_rsrc_update2. */
struct resource_update {
  uint32_t offset;
  uint32_t reserved;
  uint64_t data;
  uint64_t tags;
  uint32_t count;
  uint32_t reserved2;
};

/* struct io_uring_files_update. */
struct files_update {
  uint32_t offset;
  uint32_t reserved;
  uint64_t fds;
};

/* struct io_uring_file_index_range. */
struct file_range {
  uint32_t first;
  uint32_t count;
  uint64_t reserved;
};

/* struct io_uring_buf_reg. */
struct buffer_ring_registration {
  uint64_t address;
  uint32_t entries;
  uint16_t group;
  uint16_t flags;
  uint64_t reserved[3];
};

/* struct io_uring_napi. */
struct napi_registration {
  uint32_t timeout_us;
  uint8_t prefer_busy_poll;
  uint8_t pad[3];
  uint64_t reserved;
};

static int call(const struct uring *uring, uint32_t opcode, void *argument, uint32_t count) {
  const long result = syscall(__NR_io_uring_register, uring->fd, opcode, argument, count);
  return result < 0 ? -errno : (int)result;
}

static int register_table(const struct uring *uring, uint32_t opcode, uint32_t count) {
  struct resources table = {.count = count, .flags = REGISTER_SPARSE};
  return call(uring, opcode, &table, sizeof table);
}

/* The kernel answers with the number of places that it changed. */
static int changed_one(int result) {
  if (result < 0) return result;
  return result == 1 ? 0 : -EINVAL;
}

int uring_register_buffers(const struct uring *uring, uint32_t count) {
  return register_table(uring, REGISTER_BUFFERS2, count);
}

int uring_update_buffer(const struct uring *uring, uint32_t index, void *memory, size_t bytes) {
  struct iovec vector = {.iov_base = memory, .iov_len = bytes};
  struct resource_update update = {.offset = index, .data = (uint64_t)(uintptr_t)&vector, .count = 1};
  return changed_one(call(uring, REGISTER_BUFFERS_UPDATE, &update, sizeof update));
}

int uring_register_files(const struct uring *uring, uint32_t count) {
  return register_table(uring, REGISTER_FILES2, count);
}

int uring_update_file(const struct uring *uring, uint32_t index, int32_t fd) {
  struct files_update update = {.offset = index, .fds = (uint64_t)(uintptr_t)&fd};
  return changed_one(call(uring, REGISTER_FILES_UPDATE, &update, 1));
}

int uring_limit_file_choice(const struct uring *uring, uint32_t first, uint32_t count) {
  struct file_range range = {.first = first, .count = count};
  return call(uring, REGISTER_FILE_ALLOC_RANGE, &range, 0);
}

int uring_open_buffer_ring(const struct uring *uring, struct buffer_ring *ring, uint16_t group, uint32_t entries, uint16_t flags) {
  if (entries == 0 || entries > MAX_BUFFER_RING_ENTRIES || (entries & (entries - 1)) != 0) return -EINVAL;
  const size_t bytes = (size_t)entries * BUFFER_RING_ENTRY_BYTES;
  void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return -errno;
  struct buffer_ring_registration registration = {
      .address = (uint64_t)(uintptr_t)memory, .entries = entries, .group = group, .flags = flags};
  const int registered = call(uring, REGISTER_PBUF_RING, &registration, 1);
  if (registered < 0) {
    munmap(memory, bytes);
    return registered;
  }
  *ring = (struct buffer_ring){group, memory, bytes};
  return 0;
}

int uring_unregister_buffer_ring(const struct uring *uring, const struct buffer_ring *ring) {
  struct buffer_ring_registration registration = {.group = ring->group};
  return call(uring, UNREGISTER_PBUF_RING, &registration, 1);
}

void buffer_ring_unmap(struct buffer_ring *ring) {
  munmap(ring->memory, ring->bytes);
  *ring = (struct buffer_ring){0};
}

int uring_register_napi(const struct uring *uring, uint32_t timeout_us, uint8_t prefer_busy_poll) {
  struct napi_registration registration = {.timeout_us = timeout_us, .prefer_busy_poll = prefer_busy_poll};
  const int result = call(uring, REGISTER_NAPI, &registration, 1);
  return result < 0 ? result : 0;
}
