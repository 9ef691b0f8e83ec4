/*
 * registrations.c on the real kernel, under sanitizers: what is registered is used, what is taken away is not, every refusal is -errno.
 * Exit status: 0 passed, 1 failed. What this kernel does not have is named and skipped.
 */
#include "registrations.h"

#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "test-ring.h"

enum { SETUP_FLAGS = IORING_SETUP_CQSIZE, BUFFER_BYTES = 4096 };
enum { SQE_FIXED_FILE = 1, SQE_BUFFER_SELECT = 1 << 5, CQE_BUFFER = 1, RECV_MULTISHOT = 1 << 1, CQE_MORE = 1 << 1 };

/* struct io_uring_buf, whose last field is the tail in the first entry. */
struct entry {
  uint64_t address;
  uint32_t bytes;
  uint16_t id;
  uint16_t tail;
};

static struct uring open_ring(void) {
  struct uring uring;
  CHECK(uring_open(&uring, 8, 32, SETUP_FLAGS, 0) == 0);
  return uring;
}

static bool lacks(int result, const char *what) {
  if (result != -EINVAL) return false;
  fprintf(stderr, "skipped: this kernel has no %s\n", what);
  return true;
}

static void reads_into_registered_memory_alone(void) {
  struct uring uring = open_ring();
  const int registered = uring_register_buffers(&uring, 2);
  if (!lacks(registered, "sparse buffer tables")) {
    CHECK(registered == 0);
    char *memory = mmap(NULL, BUFFER_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(memory != MAP_FAILED);
    CHECK(uring_update_buffer(&uring, 1, memory, BUFFER_BYTES) == 0);
    CHECK(uring_update_buffer(&uring, 2, memory, BUFFER_BYTES) == -EINVAL);
    CHECK(uring_update_buffer(&uring, 0, NULL, BUFFER_BYTES) == -EFAULT);
    int pipe_ends[2];
    CHECK(pipe(pipe_ends) == 0);
    CHECK(write(pipe_ends[1], "abcd", 4) == 4);
    for (int round = 0; round < 3; round++) {
      struct io_uring_sqe *sqe = push(&uring, 1);
      sqe->opcode = IORING_OP_READ_FIXED;
      sqe->fd = pipe_ends[0];
      sqe->len = 2;
      sqe->buf_index = 1;
      /* The second round begins one byte before the end, the third is after the buffer was taken away. */
      sqe->addr = (uint64_t)(uintptr_t)(memory + (round == 1 ? BUFFER_BYTES - 1 : 0));
      if (round == 2) CHECK(uring_update_buffer(&uring, 1, NULL, 0) == 0);
      const int32_t expected[] = {2, -EFAULT, -EFAULT};
      CHECK(complete(&uring).res == expected[round]);
    }
    CHECK(memcmp(memory, "ab", 2) == 0);
    close(pipe_ends[0]);
    close(pipe_ends[1]);
    munmap(memory, BUFFER_BYTES);
  }
  uring_close(&uring);
}

static void uses_files_of_the_table(void) {
  struct uring uring = open_ring();
  const int registered = uring_register_files(&uring, 4);
  if (!lacks(registered, "sparse file tables")) {
    CHECK(registered == 0);
    int pipe_ends[2];
    CHECK(pipe(pipe_ends) == 0);
    CHECK(uring_update_file(&uring, 3, pipe_ends[0]) == 0);
    CHECK(uring_update_file(&uring, 4, pipe_ends[0]) == -EINVAL);
    CHECK(uring_update_file(&uring, 0, 1 << 30) == -EBADF);
    /* The table has the file when nobody else does. */
    close(pipe_ends[0]);
    CHECK(write(pipe_ends[1], "xy", 2) == 2);
    char memory[2] = {0};
    for (int round = 0; round < 2; round++) {
      if (round == 1) CHECK(uring_update_file(&uring, 3, -1) == 0);
      struct io_uring_sqe *sqe = push(&uring, 1);
      sqe->opcode = IORING_OP_READ;
      sqe->flags = SQE_FIXED_FILE;
      sqe->fd = 3;
      sqe->addr = (uint64_t)(uintptr_t)memory;
      sqe->len = sizeof memory;
      CHECK(complete(&uring).res == (round == 0 ? 2 : -EBADF));
    }
    CHECK(memcmp(memory, "xy", 2) == 0);
    close(pipe_ends[1]);
  }
  uring_close(&uring);
}

static int32_t opens_where_the_kernel_chooses(struct uring *uring) {
  struct io_uring_sqe *sqe = push(uring, 1);
  sqe->opcode = IORING_OP_OPENAT;
  sqe->fd = -100;
  sqe->addr = (uint64_t)(uintptr_t)"/dev/null";
  /* IORING_FILE_INDEX_ALLOC. */
  sqe->file_index = UINT32_MAX;
  return complete(uring).res;
}

static void leaves_some_places_to_the_kernel(void) {
  struct uring uring = open_ring();
  const int registered = uring_register_files(&uring, 4);
  if (!lacks(registered, "sparse file tables")) {
    CHECK(registered == 0);
    const int limited = uring_limit_file_choice(&uring, 2, 2);
    if (!lacks(limited, "range for files of its own choice")) {
      CHECK(limited == 0);
      CHECK(opens_where_the_kernel_chooses(&uring) == 2);
      CHECK(opens_where_the_kernel_chooses(&uring) == 3);
      CHECK(opens_where_the_kernel_chooses(&uring) == -ENFILE);
      CHECK(uring_update_file(&uring, 0, 0) == 0);
      CHECK(uring_limit_file_choice(&uring, 3, 2) == -EINVAL);
    }
  }
  uring_close(&uring);
}

static void selects_provided_buffers_until_they_run_out(void) {
  struct uring uring = open_ring();
  struct buffer_ring ring = {.group = 9};
  CHECK(uring_open_buffer_ring(&uring, &ring, 7, 3, 0) == -EINVAL);
  CHECK(uring_open_buffer_ring(&uring, &ring, 7, 0, 0) == -EINVAL);
  CHECK(uring_open_buffer_ring(&uring, &ring, 7, 65536, 0) == -EINVAL);
  CHECK(ring.group == 9);
  const int opened = uring_open_buffer_ring(&uring, &ring, 7, 4, 0);
  if (!lacks(opened, "buffer rings")) {
    CHECK(opened == 0 && ring.bytes == 4 * sizeof(struct entry));
    struct buffer_ring twice;
    CHECK(uring_open_buffer_ring(&uring, &twice, 7, 4, 0) == -EEXIST);
    char *memory = malloc(2 * 16);
    CHECK(memory != NULL);
    struct entry *entries = ring.memory;
    for (uint16_t id = 0; id < 2; id++) {
      entries[id].address = (uint64_t)(uintptr_t)(memory + 16 * id);
      entries[id].bytes = 16;
      entries[id].id = id;
    }
    __atomic_store_n(&entries[0].tail, 2, __ATOMIC_RELEASE);
    int sockets[2];
    CHECK(socketpair(AF_UNIX, SOCK_DGRAM, 0, sockets) == 0);
    struct io_uring_sqe *sqe = push(&uring, 5);
    sqe->opcode = IORING_OP_RECV;
    sqe->flags = SQE_BUFFER_SELECT;
    sqe->ioprio = RECV_MULTISHOT;
    sqe->fd = sockets[0];
    sqe->buf_group = 7;
    for (int round = 0; round < 3; round++) CHECK(write(sockets[1], "hello", 5) == 5);
    CHECK(uring_enter(&uring, 1, 1, IORING_ENTER_GETEVENTS, 1000000000) == 1);
    for (uint32_t id = 0; id < 2; id++) {
      const struct completion cqe = pop(&uring);
      CHECK(cqe.res == 5 && (cqe.flags & CQE_BUFFER) && (cqe.flags & CQE_MORE) && cqe.flags >> 16 == id);
    }
    const struct completion last = pop(&uring);
    CHECK(last.user_data == 5 && last.res == -ENOBUFS && !(last.flags & CQE_MORE));
    CHECK(memcmp(memory, "hello", 5) == 0 && memcmp(memory + 16, "hello", 5) == 0);
    CHECK(uring_unregister_buffer_ring(&uring, &ring) == 0);
    CHECK(uring_unregister_buffer_ring(&uring, &ring) < 0);
    buffer_ring_unmap(&ring);
    CHECK(ring.memory == NULL);
    free(memory);
    close(sockets[0]);
    close(sockets[1]);
  }
  uring_close(&uring);
}

static void asks_for_busy_polling_or_says_why_not(void) {
  struct uring uring = open_ring();
  const int registered = uring_register_napi(&uring, 20, 1);
  CHECK(registered == 0 || registered == -EINVAL || registered == -EOPNOTSUPP);
  uring_close(&uring);
}

int main(void) {
  struct uring uring;
  const int opened = uring_open(&uring, 2, 4, SETUP_FLAGS, 0);
  if (opened < 0) {
    fprintf(stderr, "skipped: this machine has no io_uring (%s)\n", strerror(-opened));
    return 0;
  }
  uring_close(&uring);
  reads_into_registered_memory_alone();
  uses_files_of_the_table();
  leaves_some_places_to_the_kernel();
  selects_provided_buffers_until_they_run_out();
  asks_for_busy_polling_or_says_why_not();
  return 0;
}
