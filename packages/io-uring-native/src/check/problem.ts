// Why the driver cannot run, and the command or setting that changes it.
import { AddonMissingError, SystemError } from "@pollab/io-sys";
import { getSystemErrorMap } from "node:util";
import { IoUringUnavailableError } from "../unavailable.ts";
import type { Limit } from "./limits.ts";
import type { Problem } from "./report.ts";

const ALLOW_CALLS =
  "allow io_uring_setup, io_uring_enter and io_uring_register in the seccomp profile of this process " +
  "(Docker: docker run --security-opt seccomp=PROFILE.json; systemd: SystemCallFilter=io_uring_setup io_uring_enter io_uring_register)";
const SECURITY_MODULE = "a security module forbids it: see dmesg, and for SELinux ausearch -m avc -ts recent";
const NO_IO_URING =
  "use a kernel with io_uring, 5.11 or newer: zgrep IO_URING /proc/config.gz, or grep IO_URING /boot/config-$(uname -r), has to say y";

/** @param limits what /proc says of this process; they tell causes apart that have the same error */
export function problemOf(error: Error, limits: readonly Limit[]): Problem {
  if (error instanceof AddonMissingError) {
    const remedy = "sudo apt-get install gcc, then npx -y pnpm@12 build";
    return { syscall: null, error: null, message: error.message, remedy };
  }
  if (!(error instanceof IoUringUnavailableError) && !(error instanceof SystemError)) throw error;
  const { syscall, code, errno } = error;
  const [, description] = getSystemErrorMap().get(errno) ?? [];
  const message = `${syscall} says ${code}${description === undefined ? "" : `: ${description}`}`;
  return { syscall, error: code, message, remedy: remedyFor(code, syscall, limits) };
}

function remedyFor(code: string, syscall: string, limits: readonly Limit[]): string {
  const filtered = limits.some(({ name, value }) => name === "seccomp" && !value.startsWith("0"));
  switch (code) {
    case "EPERM":
      return switchedOff(syscall, limits) ?? (filtered ? ALLOW_CALLS : SECURITY_MODULE);
    case "EACCES":
      return filtered ? `${ALLOW_CALLS}; or ${SECURITY_MODULE}` : SECURITY_MODULE;
    case "ENOSYS":
      return filtered ? `${ALLOW_CALLS}; or ${NO_IO_URING}` : NO_IO_URING;
    case "ENOMEM":
      return (
        limits.find(({ name }) => name === "RLIMIT_MEMLOCK")?.remedy ??
        "free memory (free -h), or raise the limit of the control group (Docker: --memory; systemd: MemoryMax=)"
      );
    case "EMFILE":
      return "ulimit -n 65536";
    case "ENFILE":
      return "sudo sysctl fs.file-max=1000000";
    default:
      return `use Linux 5.11 or newer; see ${syscall}(2)`;
  }
}

/** The kernel's own switch, which is for new rings only. */
function switchedOff(syscall: string, limits: readonly Limit[]): string | null {
  if (syscall !== "io_uring_setup") return null;
  return limits.find(({ name, level }) => name === "kernel.io_uring_disabled" && level === "blocks")?.remedy ?? null;
}
