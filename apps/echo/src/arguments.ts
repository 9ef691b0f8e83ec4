// The command line, understood or refused.
import { parseArgs } from "node:util";

export const DRIVERS = ["epoll", "uring", "node", "blocking"] as const;
export type DriverName = (typeof DRIVERS)[number];

export interface Arguments {
  readonly driver: DriverName;
  /** 0 lets the kernel choose. */
  readonly port: number;
}

/** A mistake of the user's: told in one line and without a stack. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const USAGE = `pnpm echo --driver DRIVER [--port N]   A TCP echo server on 127.0.0.1.

  --driver epoll     this project's runtime on its epoll reactor
           uring     this project's runtime on io_uring
           node      node:net
           blocking  blocking calls on one thread: one connection after the other
  --port N           0 to 65535; 0, which is what it is unless given, lets the kernel choose

Prints "listening 127.0.0.1:PORT pid=PID" once it accepts. SIGINT and SIGTERM end it: what it has received is answered first, for at
most a second.
`;

/** The arguments, or undefined when help was asked for. @throws UsageError that says what was expected */
export function parseArguments(args: readonly string[]): Arguments | undefined {
  const { driver, port, help } = parse(args);
  if (help === true) return undefined;
  const known = DRIVERS.find((name) => name === driver);
  if (known === undefined) {
    throw new UsageError(
      `--driver expects one of ${DRIVERS.join(", ")}, but was ${driver === undefined ? "not given" : `given "${driver}"`}`,
    );
  }
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new UsageError(`--port expects a number from 0 to 65535, but was given "${port}"`);
  }
  return { driver: known, port: Number(port) };
}

function parse(args: readonly string[]): { driver?: string; port: string; help?: boolean } {
  try {
    return parseArgs({
      args: [...args],
      options: {
        driver: { type: "string" },
        port: { type: "string", default: "0" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    // Its first sentence names the mistake; what follows is about positional arguments, which there are none of.
    throw new UsageError(error instanceof Error ? (error.message.split(". ")[0] ?? "") : String(error));
  }
}
