// What takes processor time away while a run measures, as the kernel counts it: before and after are compared. What a kernel does not
// count is left out.
import { globSync, readFileSync } from "node:fs";
import { loadavg } from "node:os";
import type { Disturbance } from "../record/environment.ts";

/** The unit of /proc/stat, which is the same on all of Linux's current architectures (proc(5), USER_HZ). */
const TICK_MS = 10;

interface Counts {
  readonly processor?: ProcessorTimes;
  readonly ownMs: number;
  readonly quotaThrottledMs?: number;
  readonly thermalThrottles?: number;
}

/** Sums over all processors, in ms. */
export interface ProcessorTimes {
  readonly totalMs: number;
  readonly busyMs: number;
  readonly stealMs: number;
}

/** Watches from the moment that it is made. */
export class Interference {
  private readonly before: Counts = count();

  sinceBegun(): Disturbance {
    return { ...disturbanceBetween(this.before, count()), loadAfter: loadavg()[0] ?? 0 };
  }
}

/** The difference of two counts. */
export function disturbanceBetween(before: Counts, after: Counts): Disturbance {
  const [earlier, later] = [before.processor, after.processor];
  const quota = difference(before.quotaThrottledMs, after.quotaThrottledMs);
  const thermal = difference(before.thermalThrottles, after.thermalThrottles);
  const totalMs = difference(earlier?.totalMs, later?.totalMs) ?? 0;
  const shares =
    earlier === undefined || later === undefined || totalMs <= 0
      ? {}
      : {
          stealShare: (later.stealMs - earlier.stealMs) / totalMs,
          foreignShare: Math.max(0, later.busyMs - earlier.busyMs - (after.ownMs - before.ownMs)) / totalMs,
        };
  return {
    ...shares,
    ...(quota === undefined ? {} : { quotaThrottledMs: quota }),
    ...(thermal === undefined ? {} : { thermalThrottles: thermal }),
  };
}

/** From the first line of /proc/stat: user nice system idle iowait irq softirq steal; guests are within user. */
export function parseProcessorTimes(stat: string): ProcessorTimes | undefined {
  const words = /^cpu\s+(.*)$/m.exec(stat)?.[1]?.split(/\s+/).map(Number);
  if (words === undefined || words.length < 8 || words.some(Number.isNaN)) return undefined;
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = words;
  const busy = user + nice + system + irq + softirq;
  return { totalMs: (busy + idle + iowait + steal) * TICK_MS, busyMs: busy * TICK_MS, stealMs: steal * TICK_MS };
}

/** From a cpu.stat of a control group, whose second version counts in microseconds and whose first in nanoseconds. */
export function parseThrottledMs(cpuStat: string): number | undefined {
  const micros = /^throttled_usec (\d+)$/m.exec(cpuStat)?.[1];
  if (micros !== undefined) return Number(micros) / 1e3;
  const nanos = /^throttled_time (\d+)$/m.exec(cpuStat)?.[1];
  return nanos === undefined ? undefined : Number(nanos) / 1e6;
}

function count(): Counts {
  const processor = parseProcessorTimes(textOf("/proc/stat"));
  const quotaThrottledMs = parseThrottledMs(textOf("/sys/fs/cgroup/cpu.stat") || textOf("/sys/fs/cgroup/cpu/cpu.stat"));
  const throttles = globSync("/sys/devices/system/cpu/cpu*/thermal_throttle/core_throttle_count").map(textOf);
  return {
    ownMs: ownProcessorMs(textOf("/proc/self/stat")),
    ...(processor === undefined ? {} : { processor }),
    ...(quotaThrottledMs === undefined ? {} : { quotaThrottledMs }),
    ...(throttles.length === 0 ? {} : { thermalThrottles: throttles.reduce((sum, text) => sum + Number(text), 0) }),
  };
}

/** Of this process and of the children that it has waited for (proc(5), /proc/pid/stat): its programs, and theirs. */
export function ownProcessorMs(stat: string): number {
  // The name in parentheses may itself contain blanks; utime is the twelfth word after it.
  const words = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return words.slice(11, 15).reduce((sum, word) => sum + Number(word), 0) * TICK_MS;
}

function difference(before: number | undefined, after: number | undefined): number | undefined {
  return before === undefined || after === undefined ? undefined : after - before;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
