// How a program that is a workload of its own measures itself: what it prints at the end, as one line of JSON.
import { writeSync } from "node:fs";
import type { ProcessRecord, WarmupRecord } from "../record/run.ts";
import { recordProcess } from "./process-record.ts";

export interface Measured {
  readonly operations: number;
  readonly elapsedNs: number;
  readonly cpuNs: number;
  readonly cpuUserNs: number;
  readonly cpuSystemNs: number;
  /** System calls within the measured phase, where they can be counted. */
  readonly syscalls?: number;
  /** Memory that the operations held at the end, where that is what is measured. */
  readonly heldBytes?: number;
  /** What the workload computed, where the lab checks it. */
  readonly result?: number;
  /** What the workload counted or measured itself, by name. */
  readonly counters?: Readonly<Record<string, number>>;
  /** What the process recorded about itself. */
  readonly process?: ProcessRecord;
  /** How the warm-up ended, where the program warms itself up. */
  readonly warmup?: WarmupRecord;
}

/** Measures `body`, which performs that many operations. */
export async function measure(
  operations: number,
  body: () => Promise<void> | void,
  syscalls?: () => number,
): Promise<Measured> {
  const endRecording = recordProcess();
  const callsBefore = syscalls?.() ?? 0;
  const cpuBefore = process.cpuUsage();
  const before = process.hrtime.bigint();
  const running = body();
  // Not awaited unless it is asynchronous: a microtask would be part of what is measured.
  if (running !== undefined) await running;
  const elapsedNs = Number(process.hrtime.bigint() - before);
  const { user, system } = process.cpuUsage(cpuBefore);
  const calls = syscalls?.() ?? 0;
  const gather = endRecording();
  return {
    operations,
    elapsedNs,
    cpuNs: (user + system) * 1000,
    cpuUserNs: user * 1000,
    cpuSystemNs: system * 1000,
    ...(syscalls === undefined ? {} : { syscalls: calls - callsBefore }),
    process: await gather(),
  };
}

export function print(measured: Measured): void {
  writeSync(1, `${JSON.stringify(measured)}\n`);
}
