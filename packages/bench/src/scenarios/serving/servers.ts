// The echo servers, by contender: the program of each, and how long it takes to be warm. All of them answer what they receive, on any
// number of connections, and switch Nagle's algorithm off.
//
// Buffers: 16 KiB for each connection in the headline, where a request has 64 bytes; 64 KiB for everybody where sizes are varied,
// and 4 KiB where most are silent. node chooses for itself (64 KiB, taken when there is something to read), and so do the programs in C
// (64 KiB: one for all on epoll, one for each connection on io_uring and in threads).
import { type Command, javascript, native } from "../../runner/command.ts";
import type { Entrant } from "../scenario.ts";

interface ServerProgram {
  /** @param connections as many as will be open at once */
  command(connections: number): Command;
  /** Requests until it is as fast as it gets. */
  warmup(connections: number): number;
}

/**
 * The compiler is done with a JavaScript server after about 32,000 requests, but only if it has also seen connections end: what is
 * optimised without that is thrown away at the first end, and compiled again in the middle of the measurement. Fewer connections
 * than this would warm up for longer than they are measured.
 */
const WARMUP = { concurrent: 32_000, blocking: 4000, eachThread: 1000, inAllThreads: 100_000, native: 2000 };

const server = (kind: string, ...args: string[]): ServerProgram => ({
  command: (connections) => javascript("echo-server", kind, ...args, "--connections", String(connections)),
  warmup: () => WARMUP.concurrent,
});

/** Two threads, and each compiles for itself. */
const workers = (kind: string, ...args: string[]): ServerProgram => ({
  ...server(kind, ...args),
  warmup: () => 2 * WARMUP.concurrent,
});

const limit = (program: string): ServerProgram => ({
  command: () => native(program, "--port", "0"),
  warmup: () => WARMUP.native,
});

/** Worker threads are tried up to so many: each is an engine of its own, with megabytes of memory. */
export const MOST_WORKERS = 512;

/** The servers with so large buffers, where the contender has a choice. */
function servers(bufferBytes: number): Readonly<Record<string, ServerProgram>> {
  const buffers = ["--buffer-bytes", String(bufferBytes)];
  return {
    blocking: { ...server("blocking", ...buffers), warmup: () => WARMUP.blocking },
    threads: {
      command: (connections) => javascript("echo-server", "threads", "--connections", String(connections), ...buffers),
      // Each thread compiles for itself: 60 requests of its own, and a request by 64 threads takes twice the processor time.
      warmup: (threads) => Math.max(WARMUP.blocking, Math.min(WARMUP.eachThread * threads, WARMUP.inAllThreads)),
    },
    node: server("node"),
    "single+epoll": server("epoll", ...buffers),
    "single+uring": server("uring", ...buffers),
    "single+uring multishot": server("uring-multishot", ...buffers),
    "single+uring zero-copy": server("uring-zero-copy", ...buffers),
    "single+uring zero-copy registered": server("uring-zero-copy-registered", ...buffers),
    "hosted+epoll": server("hosted-epoll", ...buffers),
    "hosted+uring": server("hosted-uring", ...buffers),
    "stealing+epoll": workers("stealing-epoll", ...buffers),
    "stealing+uring": workers("stealing-uring", ...buffers),
    tokio: {
      command: () => ({
        ...native("peers/tokio/release/tokio-peer", "echo", String(bufferBytes)),
        stopsOn: "end of input",
      }),
      warmup: () => WARMUP.native,
    },
    "c-threads": limit("echo-threads"),
    "c-epoll": limit("echo-epoll"),
    "c-uring": limit("echo-uring"),
  };
}

/** Those of a scenario, as entrants; a name with " (twin)" is the same server again. */
export function serverEntrants(
  names: readonly string[],
  {
    bufferBytes,
    operations,
    connections = (level) => level,
    warmupShare = () => 1,
    most,
  }: {
    readonly bufferBytes: (level: number) => number;
    readonly operations: (level: number) => number;
    /** The level itself unless given. */
    readonly connections?: (level: number) => number;
    /** Of the requests that it takes to be warm: fewer do where most of a request is the kernel's work. All unless given. */
    readonly warmupShare?: (level: number) => number;
    /** By contender: beyond which level it takes no part, and why. */
    readonly most?: Readonly<Record<string, NonNullable<Entrant["maximumLevel"]>>>;
  },
): Record<string, Entrant> {
  const programAt = (name: string, level: number): ServerProgram => {
    const program = servers(bufferBytes(level))[name.replace(" (twin)", "")];
    if (program === undefined) throw new Error(`there is no echo server of ${name}`);
    return program;
  };
  return Object.fromEntries(
    names.map((name): [string, Entrant] => {
      const maximumLevel = most?.[name];
      return [
        name,
        {
          command: (level) => programAt(name, level).command(connections(level)),
          warmup: (level) => Math.ceil(warmupShare(level) * programAt(name, level).warmup(connections(level))),
          operations,
          ...(maximumLevel === undefined ? {} : { maximumLevel }),
        },
      ];
    }),
  );
}
