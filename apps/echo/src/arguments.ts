// The command line, understood or refused.
import { parseArgs } from "node:util";

export const DRIVERS = ["epoll", "uring", "node", "blocking"] as const;
export type DriverName = (typeof DRIVERS)[number];

/** Those that a runtime of this project runs on. */
export type RuntimeDriver = Extract<DriverName, "epoll" | "uring">;

export interface Arguments {
  readonly driver: DriverName;
  /** Whether the runtime is a guest in the event loop of the main thread, instead of owning a thread. */
  readonly hosted: boolean;
  /** On how many threads the work-stealing runtime serves; undefined for one thread that a runtime of its own has. */
  readonly workers: number | undefined;
  /** 0 lets the kernel choose. */
  readonly port: number;
}

/** As many as a work-stealing runtime has at most. */
const MAX_WORKERS = 24;

/** A mistake of the user's: told in one line and without a stack. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const USAGE: string = `pnpm echo --driver DRIVER [--hosted | --workers N] [--port N]   A TCP echo server on 127.0.0.1.

  --driver epoll     this project's runtime on its epoll reactor
           uring     this project's runtime on io_uring
           node      node:net
           blocking  blocking calls on one thread: one connection after the other
  --hosted           epoll and uring: nested in Node's event loop, on the main thread; otherwise the runtime owns a thread
  --workers N        epoll and uring: on the work-stealing runtime with 1 to ${MAX_WORKERS} threads, which share the port
  --port N           0 to 65535; 0, which is what it is unless given, lets the kernel choose

Prints "listening 127.0.0.1:PORT pid=PID" once it accepts. SIGINT and SIGTERM end it: what it has received is answered first, for at
most a second.
`;

/** The arguments, or undefined when help was asked for. @throws UsageError that says what was expected */
export function parseArguments(args: readonly string[]): Arguments | undefined {
  const { driver, hosted, port, help, workers } = parse(args);
  if (help === true) return undefined;
  const known = DRIVERS.find((name) => name === driver);
  if (known === undefined) {
    throw new UsageError(
      `--driver expects one of ${DRIVERS.join(", ")}, but was ${driver === undefined ? "not given" : `given "${driver}"`}`,
    );
  }
  for (const [option, isGiven] of [["--hosted", hosted] as const, ["--workers", workers !== undefined] as const]) {
    if (isGiven && known !== "epoll" && known !== "uring") {
      throw new UsageError(`${option} expects --driver epoll or uring, but was given with ${known}`);
    }
  }
  if (workers !== undefined) {
    if (hosted) throw new UsageError("--workers and --hosted exclude each other: choose one");
    if (!/^\d{1,2}$/.test(workers) || Number(workers) < 1 || Number(workers) > MAX_WORKERS) {
      throw new UsageError(`--workers expects a number from 1 to ${MAX_WORKERS}, but was given "${workers}"`);
    }
  }
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new UsageError(`--port expects a number from 0 to 65535, but was given "${port}"`);
  }
  return { driver: known, hosted, port: Number(port), workers: workers === undefined ? undefined : Number(workers) };
}

function parse(args: readonly string[]): {
  driver?: string;
  hosted: boolean;
  port: string;
  help?: boolean;
  workers?: string;
} {
  try {
    return parseArgs({
      args: [...args],
      options: {
        driver: { type: "string" },
        hosted: { type: "boolean", default: false },
        port: { type: "string", default: "0" },
        workers: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    // Its first sentence names the mistake; what follows is about positional arguments, which there are none of.
    throw new UsageError(error instanceof Error ? (error.message.split(". ")[0] ?? "") : String(error));
  }
}
