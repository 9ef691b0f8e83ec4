// System calls for each request as the server counts them, and as strace sees them from outside: a run of its own, in which nothing is
// timed, because tracing multiplies the time of every call.
//
// strace follows the thread that serves, from the server's first line on. The calls that serve are compared one name at a time, so that
// one that is missed is not made up for by another that is counted twice; what an engine does besides is told apart. What is left is made
// before strace looks and after the server has counted.
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

/**
 * The calls by which connections and their bytes are served, by the kernel's names. Not read, write and close: an engine makes a few of
 * them itself, for the threads and files of its own, and no server here uses them on connections but to close them.
 */
const SERVING = [
  ...["epoll_wait", "epoll_ctl", "io_uring_enter", "poll", "accept4"],
  ...["recvfrom", "recvmsg", "readv", "sendto", "sendmsg", "writev"],
];

/** What the C library calls them, where that is another name. */
const LIBRARY_NAMES: Readonly<Record<string, string>> = { recvfrom: "recv", sendto: "send" };

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
    {
      id: "difference",
      label: "share by which the two counts of serving calls differ",
      unit: "share",
      better: "lower",
    },
    { ...STANDARD.syscalls, label: "system calls per request, as counted" },
    { id: "seen", label: "serving calls per request, as seen", unit: "count", better: "lower" },
    { id: "otherSeen", label: "system calls per request that do not serve, as seen", unit: "count", better: "lower" },
  ],
  needs: [nativeCode, straceProgram],
  entrants: serverEntrants(["single+epoll", "single+uring", "single+uring multishot", "c-epoll", "c-uring"], {
    bufferBytes: () => 16 * 1024,
    operations: (connections) => 20_000 + 10 * connections,
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
    const seen = callsByName(await strace.remainingLines());
    await strace.finish();
    const inside = (name: string): number =>
      counts.syscalls?.[name] ?? counts.syscalls?.[LIBRARY_NAMES[name] ?? name] ?? 0;
    const outside = (name: string): number => seen.get(name) ?? 0;
    const sumOf = (count: (name: string) => number): number => SERVING.reduce((sum, name) => sum + count(name), 0);
    const all = [...seen.values()].reduce((sum, calls) => sum + calls, 0);
    return {
      ...measurementOf(result, setup),
      syscallsPerOperation: counted,
      counters: {
        difference: sumOf((name) => Math.abs(outside(name) - inside(name))) / sumOf(inside),
        seen: sumOf(outside) / counts.requests,
        otherSeen: (all - sumOf(outside)) / counts.requests,
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

/** What strace's table of calls and names says. */
function callsByName(table: readonly string[]): ReadonlyMap<string, number> {
  const calls = new Map<string, number>();
  for (const line of table) {
    const [, count, name] = /^\s*(\d+)\s+(\w+)\s*$/.exec(line) ?? [];
    if (name !== undefined && name !== "total") calls.set(name, Number(count));
  }
  if (calls.size === 0) throw new Error(`strace saw nothing: ${table.join(" ")}`);
  return calls;
}
