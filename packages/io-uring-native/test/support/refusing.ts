// Programs of this project in a process in which io_uring's system calls fail, as they do in containers.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";

const packageFolder = join(import.meta.dirname, "..", "..");
/** Runs a command under a filter: the errno, then the command. */
export const launcher: string = join(packageFolder, "build", "without-io-uring");

/** Why no process can be put under a filter here; undefined where one can. */
export const noLauncher: string | undefined = whyNot();

function whyNot(): string | undefined {
  const build = join(packageFolder, "..", "..", "scripts", "build-native.ts");
  const source = "native/without-io-uring/main.c";
  const built = spawnSync(process.execPath, [build, "program", "without-io-uring", source], { cwd: packageFolder });
  if (built.status !== 0) throw new Error(built.stderr.toString());
  if (!existsSync(launcher)) return "no C compiler here";
  const { status, stderr } = spawnSync(launcher, ["1", "true"], { encoding: "utf8" });
  return status === 0 ? undefined : `no seccomp filter can be installed here: ${stderr.trim()}`;
}

/** An errno by its name. */
export type Refusal = "EPERM" | "EACCES" | "ENOSYS" | "ENOMEM";

export interface Exit {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs node with these arguments, where `call` of io_uring's fails with `error`. */
export function runRefused(error: Refusal, call: "setup" | "enter" | "register", ...args: readonly string[]): Exit {
  return run(launcher, `${constants.errno[error]}:${call}`, process.execPath, ...args);
}

/** Runs a command in the package's folder. */
export function run(command: string, ...args: readonly string[]): Exit {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: packageFolder,
    encoding: "utf8",
    timeout: 100_000,
    env: { ...process.env, NO_COLOR: "1" },
  });
  return { code: status, stdout, stderr };
}
