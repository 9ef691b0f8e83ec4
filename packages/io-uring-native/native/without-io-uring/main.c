// without-io-uring: runs a command in which io_uring's system calls fail with a given errno, as a container's seccomp filter makes
// them fail (seccomp(2)). For tests of what programs say and do then. Unless calls are named, it is io_uring_setup alone.
//
// libuv has a ring of its own, and aborts the process when it cannot enter it: so the calls that it makes (nothing but GETEVENTS, and a
// completion to wait for) always pass, and Node.js can run under a filter for io_uring_enter.
#include <err.h>
#include <inttypes.h>
#include <linux/filter.h>
#include <linux/io_uring.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char USAGE[] = "usage: without-io-uring ERRNO[:CALL,...] COMMAND [ARGUMENT...], where a CALL is setup, enter or register";

enum { SETUP, ENTER, REGISTER, CALL_COUNT };
enum { MAX_ERRNO = 4095 };

static const struct {
  const char *name;
  uint32_t number;
} CALLS[CALL_COUNT] = {{"setup", SYS_io_uring_setup}, {"enter", SYS_io_uring_enter}, {"register", SYS_io_uring_register}};

/* The lower half of a field is what comes first on the machines that Node.js and io_uring meet on. */
#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))

/* Which call it is; does not return for what is none. */
static int call_index(const char *name) {
  for (int i = 0; i < CALL_COUNT; i++)
    if (strcmp(name, CALLS[i].name) == 0) return i;
  errx(2, "%s", USAGE);
}

int main(int argc, char **argv) {
  char setup[] = "setup";
  char *calls = setup;
  char *end;
  const unsigned long error = argc < 3 ? 0 : strtoul(argv[1], &end, 10);
  if (argc >= 3 && *end == ':') calls = end + 1;
  else if (argc < 3 || *end != '\0') errx(2, "%s", USAGE);
  if (error == 0 || error > MAX_ERRNO) errx(2, "%s", USAGE);

  // A call that is not named is compared with no call's number.
  uint32_t refused[CALL_COUNT] = {UINT32_MAX, UINT32_MAX, UINT32_MAX};
  int named = 0;
  for (char *call = strtok(calls, ","); call != NULL; call = strtok(NULL, ",")) {
    const int index = call_index(call);
    refused[index] = CALLS[index].number;
    named++;
  }
  if (named == 0) errx(2, "%s", USAGE);

  const uint32_t refuse = SECCOMP_RET_ERRNO | (uint32_t)error;
  struct sock_filter filter[] = {
      LOAD(nr),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, refused[SETUP], 6, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, refused[REGISTER], 5, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, refused[ENTER], 0, 5),
      LOAD(args[3]),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IORING_ENTER_GETEVENTS, 0, 2),
      LOAD(args[2]),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, refuse),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const struct sock_fprog program = {.len = sizeof filter / sizeof *filter, .filter = filter};
  // Without privileges a filter is allowed only to processes that can gain none.
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) err(EXIT_FAILURE, "prctl(PR_SET_NO_NEW_PRIVS)");
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) err(EXIT_FAILURE, "prctl(PR_SET_SECCOMP)");
  execvp(argv[2], argv + 2);
  err(EXIT_FAILURE, "%s", argv[2]);
}
