// An echo server while it is measured: started, loaded, made to hold silent connections, and stopped.
// Relies on: what programs/listening.ts has servers say, and on the load generator and the holder in C.
import { readFileSync } from "node:fs";
import type { ServerCounts } from "../../programs/listening.ts";
import type { LatencyHistogram } from "../../record/run.ts";
import { Child } from "../../runner/child.ts";
import { type Command, inSetting, native, pinnedTo, withArguments } from "../../runner/command.ts";
import { peakRssBytes } from "../../runner/peak-rss.ts";
import { pinProcess } from "../../runner/pinning.ts";
import type { Measurement, RunSetup } from "../scenario.ts";

const TIMEOUT_MS = 30_000;
const WARMUP_ROUNDS = 3;
const WARMUP_CONNECTIONS = 32;
/** Where time is short, half as many requests are measured. A server is warmed up by all of its own all the same. */
const BRIEF = { belowMs: 100, share: 0.5 };

/** What the load generator is asked for. */
export interface Load {
  readonly connections: number;
  readonly requests: number;
  readonly warmup: number;
  /** The length of a request. */
  readonly bytes: number;
  /** Requests per second, of users who do not wait for each other; as fast as replies come unless given. */
  readonly rate?: number;
}

/** What it prints. */
export interface LoadResult extends Omit<Measurement, "generator"> {
  readonly latency: LatencyHistogram;
  /** How late requests were sent; only with a rate. */
  readonly lateness?: LatencyHistogram;
  readonly generator: { readonly cpuNs: number; readonly engine: string };
}

/** Connections that are open and silent until it is disposed of. */
export interface Held extends AsyncDisposable {
  /** How long it took to open them and to have one answer on each. */
  readonly elapsedNs: number;
}

export class Server implements AsyncDisposable {
  readonly port: number;
  readonly pid: number;
  /** From the start of the process to its first line. */
  readonly startUpNs: number;
  readonly #child: Child;
  readonly #setup: RunSetup;
  readonly #timeoutMs: number;

  private constructor(child: Child, line: string, startUpNs: number, setup: RunSetup, timeoutMs: number) {
    const found = /^listening 127\.0\.0\.1:(\d+) pid=(\d+)$/.exec(line);
    if (found === null) {
      throw new Error(`an echo server said "${line}" where "listening 127.0.0.1:PORT pid=PID" was expected`);
    }
    this.port = Number(found[1]);
    this.pid = Number(found[2]);
    this.startUpNs = startUpNs;
    this.#child = child;
    this.#setup = setup;
    this.#timeoutMs = timeoutMs;
  }

  /** Starts one, and keeps it on a core of its own where there are two. */
  static async start(command: Command, setup: RunSetup, timeoutMs: number = TIMEOUT_MS): Promise<Server> {
    const began = process.hrtime.bigint();
    const child = new Child(inSetting(setup, command), timeoutMs, setup.signal);
    try {
      const line = await child.line();
      const server = new Server(child, line, Number(process.hrtime.bigint() - began), setup, timeoutMs);
      // Only now: a server that makes many threads starts in half the time on all cores.
      if (setup.pinning !== null) await pinProcess(server.pid, setup.pinning.server);
      return server;
    } catch (error) {
      await child[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Loads it, from another core where there is one. */
  async load({ connections, requests, warmup, bytes, rate }: Load): Promise<LoadResult> {
    const { pinning, signal, budget, seed } = this.#setup;
    const share = budget.warmupMs < BRIEF.belowMs ? BRIEF.share : 1;
    const command = withArguments(
      native("loadgen"),
      ...["--port", this.port, "--server-pid", this.pid, "--bytes", bytes, "--connections", connections],
      ...["--requests", Math.max(connections, Math.ceil(share * requests))],
      ...["--warmup", Math.ceil(warmup), "--warmup-rounds", WARMUP_ROUNDS],
      ...["--warmup-connections", Math.max(connections, WARMUP_CONNECTIONS)],
      ...(rate === undefined ? [] : ["--rate", Math.max(1, Math.round(rate)), "--seed", seed]),
      ...["--timeout-s", Math.ceil(this.#timeoutMs / 1000)],
    );
    await using child = new Child(
      pinning === null ? command : pinnedTo(pinning.generator, command),
      this.#timeoutMs,
      signal,
    );
    // The format is fixed by native/loadgen/main.c, and its tests hold it there.
    const result = JSON.parse(await child.line()) as LoadResult;
    await child.finish();
    return result;
  }

  /** Opens so many connections more, which have one request answered each and are silent then. */
  async hold(connections: number): Promise<Held> {
    const command: Command = { ...withArguments(native("hold"), "--port", this.port), stopsOn: "end of input" };
    const child = new Child(withArguments(command, "--connections", connections), this.#timeoutMs, this.#setup.signal);
    try {
      // The format is fixed by native/hold/main.c.
      const { elapsedNs } = JSON.parse(await child.line()) as { readonly elapsedNs: number };
      return {
        elapsedNs,
        async [Symbol.asyncDispose]() {
          child.requestStop();
          await child.finish();
          await child[Symbol.asyncDispose]();
        },
      };
    } catch (error) {
      await child[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** What of it is in memory now (proc(5), /proc/pid/status, VmRSS). */
  residentBytes(): number {
    const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${this.pid}/status`, "utf8"))?.[1];
    return Number(kibibytes ?? Number.NaN) * 1024;
  }

  /** What of it was in memory at most; undefined where the kernel does not tell. */
  peakRssBytes(): number | undefined {
    return peakRssBytes(this.pid);
  }

  /** Asks it to stop and waits for its end. Returns its last line, in which it says what it counted; undefined where it counts nothing. */
  async stop(): Promise<ServerCounts | undefined> {
    this.#child.requestStop();
    const line = (await this.#child.remainingLines()).at(-1);
    await this.#child.finish();
    // What reportCounts of programs/listening.ts writes, and the programs in C as well.
    return line === undefined ? undefined : (JSON.parse(line) as ServerCounts);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child[Symbol.asyncDispose]();
  }
}

/** System calls for each request, over the server's whole life, setting up the connections included. */
export function callsPerRequest(counts: ServerCounts | undefined): number | undefined {
  return counts?.syscalls === undefined ? undefined : counts.syscalls.total / counts.requests;
}

/** What an observation takes over from a load: with the core that the generator had. */
export function measurementOf(result: LoadResult, { pinning }: RunSetup): Measurement {
  const { generator, lateness: _lateness, ...measured } = result;
  return {
    ...measured,
    generator: { cpuNs: generator.cpuNs, ...(pinning === null ? {} : { pinnedTo: pinning.generator }) },
    ...(pinning === null ? {} : { pinnedTo: pinning.server }),
  };
}
