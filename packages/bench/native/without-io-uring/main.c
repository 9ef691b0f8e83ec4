// without-io-uring: runs a command in which io_uring_setup fails with a given errno, as a container's seccomp filter makes it
// fail (seccomp(2)). For tests of what programs say then.
#include <err.h>
#include <inttypes.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv) {
  char *end;
  unsigned long error = argc < 3 ? 0 : strtoul(argv[1], &end, 10);
  if (argc < 3 || *end != '\0' || error == 0 || error > 4095) errx(2, "usage: without-io-uring ERRNO COMMAND [ARGUMENT...]");
  struct sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_io_uring_setup, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (uint32_t)error),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {.len = sizeof filter / sizeof *filter, .filter = filter};
  // Without privileges a filter is allowed only to processes that can gain none.
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) err(EXIT_FAILURE, "prctl(PR_SET_NO_NEW_PRIVS)");
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) err(EXIT_FAILURE, "prctl(PR_SET_SECCOMP)");
  execvp(argv[2], argv + 2);
  err(EXIT_FAILURE, "%s", argv[2]);
}
