/*
 * cached-read.c on the real kernel, under sanitizers: what is in memory is read without a byte too many, and every refusal is -errno.
 * Exit status: 0 passed, 1 failed. Where the file system cannot say what it has in memory, that is said.
 */
#include "cached-read.h"

#include <fcntl.h>
#include <unistd.h>

#include "test-ring.h"

enum { FILE_BYTES = 10000 };

static int fresh_file(void) {
  char path[] = "/tmp/pollab-cached-read-XXXXXX";
  const int fd = mkstemp(path);
  CHECK(fd >= 0 && unlink(path) == 0);
  for (int i = 0; i < FILE_BYTES; i++) {
    const char byte = (char)(i % 251);
    CHECK(write(fd, &byte, 1) == 1);
  }
  return fd;
}

static void reads_what_was_just_written(int fd) {
  /* Of exactly this size, so that a byte too many is found. */
  char *memory = malloc(300);
  CHECK(memory != NULL);
  CHECK(cached_read(fd, memory, 300, 5000) == 300);
  for (int i = 0; i < 300; i++) CHECK(memory[i] == (char)((5000 + i) % 251));
  CHECK(cached_read(fd, memory, 300, FILE_BYTES - 100) == 100);
  CHECK(cached_read(fd, memory, 300, FILE_BYTES) == 0);
  CHECK(cached_read(fd, memory, 300, INT64_MAX - 4096) == 0);
  CHECK(cached_read(fd, memory, 0, 0) == 0);
  free(memory);
}

static void leaves_the_file_position_alone(int fd) {
  CHECK(lseek(fd, 7, SEEK_SET) == 7);
  char byte;
  CHECK(cached_read(fd, &byte, 1, 0) == 1 && byte == 0);
  CHECK(lseek(fd, 0, SEEK_CUR) == 7);
}

static void refuses_with_an_errno(int fd) {
  char memory[16];
  /* -1 means the file's own position to the kernel. */
  CHECK(cached_read(fd, memory, 16, -1) == -EINVAL);
  CHECK(cached_read(fd, memory, -1, 0) == -EINVAL);
  CHECK(cached_read(fd, memory, (int64_t)CACHED_READ_MAX_BYTES + 1, 0) == -EINVAL);
  CHECK(cached_read(fd, NULL, 16, 0) == -EFAULT);
  CHECK(cached_read(-1, memory, 16, 0) == -EBADF);
  int pipes[2];
  CHECK(pipe(pipes) == 0);
  CHECK(cached_read(pipes[0], memory, 16, 0) == -ESPIPE);
  close(pipes[0]);
  close(pipes[1]);
}

int main(void) {
  const int fd = fresh_file();
  char byte;
  if (cached_read(fd, &byte, 1, 0) == -EOPNOTSUPP) {
    fprintf(stderr, "skipped: the file system of /tmp cannot say what it has in memory\n");
  } else {
    reads_what_was_just_written(fd);
    leaves_the_file_position_alone(fd);
    refuses_with_an_errno(fd);
  }
  close(fd);
  return 0;
}
