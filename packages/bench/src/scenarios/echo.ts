// Echo: a request of 64 bytes comes back unchanged. It isolates what a runtime adds to the cost of TCP.
import { nativeCode } from "../contenders/requirements.ts";
import { STANDARD } from "../record/metric.ts";
import { Child } from "../runner/child.ts";
import { inSetting, javascript, native, pinnedTo, withArguments } from "../runner/command.ts";
import { peakRssBytes } from "../runner/peak-rss.ts";
import { pinProcess } from "../runner/pinning.ts";
import type { Command } from "../runner/command.ts";
import type { ServerCounts } from "../programs/listening.ts";
import type { Entrant, Measurement, RunSetup, Scenario } from "./scenario.ts";

const REQUEST_BYTES = 64;
/**
 * The compiler is done with a JavaScript server after about 32,000 requests, but only if it has also seen connections end: what is
 * optimised without that is thrown away at the first end, and compiled again in the middle of the measurement. Fewer connections
 * than this would warm up for longer than they are measured.
 */
const WARMUP = { concurrent: 32_000, blocking: 4000, eachThread: 1000, native: 2000 };
const WARMUP_ROUNDS = 3;
const WARMUP_CONNECTIONS = 32;
/** With less time than this to warm up, half of everything is done: the compiler is nearly done then, and time is short. */
const BRIEF = { belowMs: 100, share: 0.5 };
const TIMEOUT_MS = 30_000;

/** What the load generator prints. */
interface LoadResult extends Omit<Measurement, "generator"> {
  readonly generator: { readonly cpuNs: number; readonly engine: string };
}

const server = (...args: string[]): Entrant => ({
  command: () => javascript("echo-server", ...args),
  operations: concurrent,
  warmup: () => WARMUP.concurrent,
});

const limit = (program: string): Entrant => ({
  command: () => native(program, "--port", "0"),
  operations: concurrent,
  warmup: () => WARMUP.native,
});

export const echo: Scenario = {
  name: "echo",
  group: "headline",
  isolates: "What a runtime adds to TCP: 64 bytes come back unchanged, one request at a time on each connection.",
  factor: "connections",
  levels: [1, 2, 4, 8, 16, 64, 256],
  quickLevels: [1, 8, 64],
  operation: "request",
  metrics: [STANDARD.throughput, STANDARD.cpu, STANDARD.p50, STANDARD.p99],
  // The load generator is a program in C, whoever serves.
  needs: [nativeCode],
  entrants: {
    blocking: {
      command: () => javascript("echo-server", "blocking"),
      operations: oneAfterTheOther,
      warmup: () => WARMUP.blocking,
    },
    threads: {
      command: (level) => javascript("echo-server", "threads", String(level)),
      operations: concurrent,
      // Each thread compiles for itself: 60 requests of its own, and a request by 64 threads takes twice the processor time.
      warmup: (threads) => Math.max(WARMUP.blocking, WARMUP.eachThread * threads),
      maximumLevel: { level: 64, reason: "a worker thread per connection is tried up to 64 of them" },
    },
    node: server("node"),
    "single+epoll": server("epoll"),
    "single+uring": server("uring"),
    "single+uring (twin)": server("uring"),
    "hosted+epoll": server("hosted", "epoll"),
    "hosted+uring": server("hosted", "uring"),
    tokio: {
      command: () => ({ ...native("peers/tokio/release/tokio-peer", "echo"), stopsOn: "end of input" }),
      operations: concurrent,
      warmup: () => WARMUP.native,
    },
    "c-epoll": limit("echo-epoll"),
    "c-uring": limit("echo-uring"),
  },
  observe,
};

/** About a tenth of a second at the rates of this decade's machines, and enough for each connection to hide its set-up. */
function concurrent(connections: number): number {
  return Math.min(2000 * connections, 24_000 + 80 * connections);
}

/** A server without concurrency is as fast with many connections as with one. */
function oneAfterTheOther(connections: number): number {
  return 2000 + 16 * connections;
}

async function observe(entrant: Entrant, level: number, setup: RunSetup): Promise<Measurement> {
  const { pinning, signal } = setup;
  const command = inSetting(setup, entrant.command(level));
  await using child = new Child(command, TIMEOUT_MS, signal);
  const { port, pid } = parseListening(await child.line());
  // Only now: a server that makes many threads starts in half the time on all cores.
  if (pinning !== null) await pinProcess(pid, pinning.server);
  const load = await generateLoad(entrant, level, port, pid, setup);
  const maxRssBytes = peakRssBytes(pid);
  child.requestStop();
  const syscallsPerOperation = runsInLibuv(command) ? undefined : parseCounts(await child.line());
  await child.finish();
  return {
    ...load,
    ...(syscallsPerOperation === undefined ? {} : { syscallsPerOperation }),
    ...(maxRssBytes === undefined ? {} : { process: { maxRssBytes } }),
    ...(pinning === null ? {} : { pinnedTo: pinning.server }),
  };
}

/** libuv's system calls are not counted. */
function runsInLibuv({ args }: Command): boolean {
  return args.includes("node") || args.includes("hosted");
}

async function generateLoad(
  entrant: Entrant,
  connections: number,
  port: number,
  pid: number,
  { pinning, signal, budget }: RunSetup,
): Promise<Measurement> {
  const share = budget.warmupMs < BRIEF.belowMs ? BRIEF.share : 1;
  const command = withArguments(
    native("loadgen"),
    ...["--port", port, "--server-pid", pid, "--bytes", REQUEST_BYTES],
    ...["--connections", connections, "--requests", Math.ceil(share * entrant.operations(connections))],
    ...[
      "--warmup",
      Math.ceil(share * entrant.warmup(connections)),
      "--warmup-connections",
      Math.max(connections, WARMUP_CONNECTIONS),
    ],
    ...["--warmup-rounds", WARMUP_ROUNDS],
  );
  const pinned: Command = pinning === null ? command : pinnedTo(pinning.generator, command);
  await using child = new Child(pinned, TIMEOUT_MS, signal);
  // The format is fixed by native/loadgen/main.c, and its tests hold it there.
  const { generator, ...result } = JSON.parse(await child.line()) as LoadResult;
  await child.finish();
  return {
    ...result,
    generator: { cpuNs: generator.cpuNs, ...(pinning === null ? {} : { pinnedTo: pinning.generator }) },
  };
}

function parseListening(line: string): { port: number; pid: number } {
  const found = /^listening 127\.0\.0\.1:(\d+) pid=(\d+)$/.exec(line);
  if (found === null)
    throw new Error(`an echo server said "${line}" where "listening 127.0.0.1:PORT pid=PID" was expected`);
  return { port: Number(found[1]), pid: Number(found[2]) };
}

/** Over the server's whole life, setting up the connections included; undefined where the server counts no system calls. */
function parseCounts(line: string): number | undefined {
  const { syscalls, requests } = JSON.parse(line) as Partial<ServerCounts> & Pick<ServerCounts, "requests">;
  return syscalls === undefined ? undefined : syscalls.total / requests;
}
