// What a process records about itself beside the time: what may explain a difference, and must not cause one. Pauses of the garbage
// collector are told by an observer, whose entries are read after the measurement; everything else is read once before and after.
//
// Other runtimes than Node.js have the functions that tell of pauses and of the event loop's delay, too, but no entry is ever made of
// a pause, and a delay is counted otherwise; and JavaScriptCore does not count its heap by the byte. What they cannot tell is left out.
import { monitorEventLoopDelay, PerformanceObserver } from "node:perf_hooks";
import { setImmediate } from "node:timers/promises";
import { GCProfiler, getHeapStatistics } from "node:v8";
import type { ProcessRecord } from "../record/run.ts";
import { peakRssBytes } from "./peak-rss.ts";

/** The event loop is asked this often how late it is, so a period is part of what it answers. */
const LOOP_PERIOD_MS = 10;

const { bun, deno } = process.versions;
const isNode = bun === undefined && deno === undefined;

/** Begins; what it returns ends the phase, and what that returns gathers what was seen. */
export function recordProcess(): () => () => Promise<ProcessRecord> {
  const endEngine = isNode ? recordEngine() : undefined;
  const before = process.resourceUsage();
  return () => {
    const after = process.resourceUsage();
    const maxRssBytes = peakRssBytes("self");
    const gatherEngine = endEngine?.();
    return async () => ({
      ...(await gatherEngine?.()),
      voluntarySwitches: after.voluntaryContextSwitches - before.voluntaryContextSwitches,
      involuntarySwitches: after.involuntaryContextSwitches - before.involuntaryContextSwitches,
      maxRssBytes,
    });
  };
}

/** The same of what the engine and the event loop tell. */
function recordEngine(): () => () => Promise<ProcessRecord> {
  const pauses: { startTime: number; duration: number }[] = [];
  const observer = new PerformanceObserver((list) => pauses.push(...list.getEntries()));
  observer.observe({ entryTypes: ["gc"] });
  const delays = monitorEventLoopDelay({ resolution: LOOP_PERIOD_MS });
  delays.enable();
  const began = performance.now();
  return () => {
    const ended = performance.now();
    delays.disable();
    return async () => {
      // Entries are handed out by the event loop, which an owned thread has not turned until now.
      await setImmediate();
      await setImmediate();
      pauses.push(...observer.takeRecords());
      observer.disconnect();
      const gcNs = pauses
        .filter(({ startTime }) => startTime >= began && startTime <= ended)
        .map(({ duration }) => Math.round(duration * 1e6));
      return {
        gcCount: gcNs.length,
        gcNs: gcNs.reduce((sum, ns) => sum + ns, 0),
        gcMaxNs: Math.max(0, ...gcNs),
        ...(delays.count === 0 ? {} : loopDelays(delays)),
      };
    };
  };
}

/**
 * Bytes that `body` allocates on V8's heap; undefined on another engine's. It costs a few per cent, so what is timed is never what is
 * asked here.
 */
export async function allocatedBytes(body: () => unknown): Promise<number | undefined> {
  if (bun !== undefined) return undefined;
  const profiler = new GCProfiler();
  profiler.start();
  let last = getHeapStatistics().used_heap_size;
  await body();
  const end = getHeapStatistics().used_heap_size;
  let allocated = 0;
  for (const { beforeGC, afterGC } of profiler.stop()?.statistics ?? []) {
    allocated += beforeGC.heapStatistics.usedHeapSize - last;
    last = afterGC.heapStatistics.usedHeapSize;
  }
  return Math.max(0, allocated + end - last);
}

function loopDelays(delays: ReturnType<typeof monitorEventLoopDelay>): Partial<ProcessRecord> {
  const late = (ns: number): number => Math.max(0, ns - LOOP_PERIOD_MS * 1e6);
  return {
    loopDelayP50Ns: late(delays.percentile(50)),
    loopDelayP99Ns: late(delays.percentile(99)),
    loopDelayMaxNs: late(delays.max),
  };
}
