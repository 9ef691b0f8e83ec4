// System calls for each request as the server counts them, and as strace sees them from outside: a run of its own, in which nothing is
// timed, because tracing multiplies the time of every call.
//
// strace follows the thread that serves, from the server's first line on. Of what it sees the calls of input and output count; what an
// engine does besides (memory, its own threads) is told apart.
import { readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { nativeCode, straceProgram } from "../../contenders/requirements.ts";
import { STANDARD } from "../../record/metric.ts";
import { Child } from "../../runner/child.ts";
import { serverEntrants } from "../serving/servers.ts";
import { callsPerRequest, measurementOf, Server } from "../serving/server.ts";
import type { Scenario } from "../scenario.ts";

const REQUEST_BYTES = 64;
const TIMEOUT_MS = 30_000;
const ATTACH_TIMEOUT_MS = 5000;
const ATTACH_POLL_MS = 5;

/** The kernel's names of what the servers call for input and output. */
const IO_CALLS: ReadonlySet<string> = new Set([
  ...["epoll_wait", "epoll_pwait", "epoll_pwait2", "epoll_ctl", "io_uring_enter", "poll", "ppoll"],
  ...["accept", "accept4", "recvfrom", "recvmsg", "sendto", "sendmsg", "read", "readv", "write", "writev"],
  ...["setsockopt", "shutdown", "close"],
]);

export const callsSeen: Scenario = {
  name: "calls-seen",
  group: "claims",
  isolates:
    "System calls for each request of 64 bytes on so many connections: counted by the server, and seen from outside.",
  factor: "connections",
  levels: [1, 64],
  quickLevels: [64],
  operation: "request",
  metrics: [
    { id: "difference", label: "share by which the two counts differ", unit: "share", better: "lower" },
    { ...STANDARD.syscalls, label: "system calls per request, as counted" },
    { id: "seen", label: "system calls per request, as seen", unit: "count", better: "lower" },
    { id: "otherSeen", label: "system calls per request that are not input or output", unit: "count", better: "lower" },
  ],
  needs: [nativeCode, straceProgram],
  entrants: serverEntrants(["single+epoll", "single+uring", "single+uring multishot", "c-epoll", "c-uring"], {
    bufferBytes: () => 16 * 1024,
    operations: (connections) => 4000 + 10 * connections,
  }),
  async observe(entrant, level, setup) {
    await using server = await Server.start(entrant.command(level), setup);
    const { pid } = server;
    const args = ["--summary-only", "--summary-columns=calls,name", "--output=|cat", `--attach=${pid}`];
    await using strace = new Child({ file: "strace", args, stopsOn: "SIGTERM" }, TIMEOUT_MS, setup.signal);
    await untilTraced(pid, strace);
    const requests = entrant.operations(level);
    const result = await server.load({ connections: level, bytes: REQUEST_BYTES, requests, warmup: 0 });
    const counts = await server.stop();
    const counted = callsPerRequest(counts);
    if (counts === undefined || counted === undefined) throw new Error("the server counted no system calls");
    const [io, other] = sums(await strace.remainingLines());
    await strace.finish();
    const seen = io / counts.requests;
    return {
      ...measurementOf(result, setup),
      syscallsPerOperation: counted,
      counters: {
        difference: Math.abs(seen - counted) / counted,
        seen,
        otherSeen: other / counts.requests,
      },
    };
  },
};

/** Waits until the process has a tracer (proc(5), /proc/pid/status, TracerPid). */
async function untilTraced(pid: number, strace: Child): Promise<void> {
  const began = performance.now();
  while (!/^TracerPid:\s+[1-9]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"))) {
    // Says why it has ended, if it has.
    if (performance.now() - began > ATTACH_TIMEOUT_MS) await strace.finish();
    await setTimeout(ATTACH_POLL_MS);
  }
}

/** Calls of input and output, and all others, in strace's table of calls and names. */
function sums(table: readonly string[]): [io: number, other: number] {
  const rows = table.flatMap((line) => {
    const [, calls, name] = /^\s*(\d+)\s+(\w+)\s*$/.exec(line) ?? [];
    return name === undefined || name === "total" ? [] : [{ name, calls: Number(calls) }];
  });
  if (rows.length === 0) throw new Error(`strace saw nothing: ${table.join(" ")}`);
  const sum = (isIo: boolean): number =>
    rows.reduce((total, { name, calls }) => (IO_CALLS.has(name) === isIo ? total + calls : total), 0);
  return [sum(true), sum(false)];
}
