// How a program of the lab is started.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Budget } from "./mould.ts";

/** What a run decides about the process of one observation. */
export interface Setting {
  readonly budget: Budget;
  /** Of the environment block: where the stack begins follows from its size, and how fast a program is from that. */
  readonly paddingBytes: number;
  /** Who times the passes of a micro-benchmark: its own frame, or for a quick look tinybench. */
  readonly frame?: "tinybench";
}

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  /** How a server is asked to stop: a thread that a runtime owns sees the end of its input, but no signal. */
  readonly stopsOn: "end of input" | "SIGTERM";
  /** Variables of its environment beside the lab's own. */
  readonly environment?: Readonly<Record<string, string>>;
}

const PACKAGE = new URL("../../", import.meta.url);

/** One of this package's JavaScript programs, under the Node.js that runs the lab. */
export function javascript(program: string, ...args: string[]): Command {
  const path = fileURLToPath(new URL(`dist/programs/${program}.js`, PACKAGE));
  return { file: process.execPath, args: [path, ...args], stopsOn: "end of input" };
}

/** One of this package's programs in C. */
export function native(program: string, ...args: string[]): Command {
  return { file: fileURLToPath(new URL(`build/${program}`, PACKAGE)), args, stopsOn: "SIGTERM" };
}

/** One of this package's programs in Python. */
export function python(program: string): Command {
  const path = fileURLToPath(new URL(`peers/python/${program}.py`, PACKAGE));
  // Without the settings and packages of the user's own.
  return { file: pythonProgram(), args: ["-I", path], stopsOn: "SIGTERM" };
}

/** The interpreter itself: what the PATH has may be a script of a version manager's, which takes longer to start than the interpreter. */
function pythonProgram(): string {
  if (interpreter === undefined) {
    const asked = spawnSync("python3", ["-I", "-c", "import sys; print(sys.executable)"], { encoding: "utf8" });
    interpreter = asked.status === 0 ? asked.stdout.trim() : "python3";
  }
  return interpreter;
}

let interpreter: string | undefined;

/** The same, with more arguments. */
export function withArguments(command: Command, ...more: (string | number)[]): Command {
  return { ...command, args: [...command.args, ...more.map(String)] };
}

/**
 * The same, as every measured process is started: told how much time it has for one observation, which the frames of self-measured
 * programs read, and with so many bytes more in its environment.
 */
export function inSetting({ budget: { warmupMs, batchMs }, paddingBytes, frame }: Setting, command: Command): Command {
  const environment = {
    ...command.environment,
    POLLAB_WARMUP_MS: String(warmupMs),
    POLLAB_BATCH_MS: String(batchMs),
    POLLAB_PADDING: "x".repeat(paddingBytes),
    ...(frame === undefined ? {} : { POLLAB_FRAME: frame }),
  };
  return { ...command, environment };
}

/**
 * The same, ended by the kernel when the lab ends without having ended it: when it is killed. setpriv is of util-linux, as taskset is;
 * without it the lab runs all the same.
 */
export function endingWithLab(command: Command): Command {
  hasSetpriv ??= spawnSync("setpriv", ["--pdeathsig", "KILL", "true"], { stdio: "ignore" }).status === 0;
  if (!hasSetpriv) return command;
  return { ...command, file: "setpriv", args: ["--pdeathsig", "KILL", command.file, ...command.args] };
}

let hasSetpriv: boolean | undefined;

/** The same, kept on one core. */
export function pinnedTo(core: number, command: Command): Command {
  return { ...command, file: "taskset", args: ["--cpu-list", String(core), command.file, ...command.args] };
}
