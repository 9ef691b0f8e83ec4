// What contenders and scenarios need of the machine. Each is found out by trying, and what is missing is named.
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { EpollDriver } from "@pollab/io-epoll";
import { UringDriver } from "@pollab/io-uring-native";
import { native } from "../runner/command.ts";

/** Says why the machine does not offer something; undefined when it does. */
export type Requirement = () => string | undefined;

/** The addons of the drivers and the programs in C are there. */
export const nativeCode: Requirement = once(() => {
  try {
    EpollDriver.create().close();
    accessSync(native("loadgen").file, constants.X_OK);
    return undefined;
  } catch (error) {
    return reason(error);
  }
});

/** This kernel lets this process set up an io_uring. */
export const ioUring: Requirement = once(() => {
  try {
    UringDriver.create().close();
    return undefined;
  } catch (error) {
    return reason(error);
  }
});

/** Python 3 is there. */
export const pythonInterpreter: Requirement = once(() => {
  const { status } = spawnSync("python3", ["--version"], { stdio: "ignore" });
  return status === 0 ? undefined : "python3 (apt-get install python3)";
});

/** fio is there. */
export const fioProgram: Requirement = once(() => {
  const { status } = spawnSync("fio", ["--version"], { stdio: "ignore" });
  return status === 0 ? undefined : "fio (apt-get install fio)";
});

/** strace is there, and may look at processes. */
export const straceProgram: Requirement = once(() => {
  const { status } = spawnSync("strace", ["--summary-only", "--output=/dev/null", "true"], { stdio: "ignore" });
  return status === 0 ? undefined : "strace (apt-get install strace), and leave to trace processes";
});

/** A requirement that is looked into at most once. */
export function once(find: Requirement): Requirement {
  let found: { readonly reason: string | undefined } | null = null;
  return () => (found ??= { reason: find() }).reason;
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
