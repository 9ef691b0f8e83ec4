// Observing a program that is workload and measurement in one: it prints one line of JSON.
import { Child } from "../runner/child.ts";
import type { Command } from "../runner/command.ts";
import type { Measured } from "../programs/self-measured.ts";
import type { Measurement } from "./scenario.ts";

const TIMEOUT_MS = 30_000;

/** @param expected what the workload has to compute, where it says what it did */
export async function observeProgram(command: Command, signal: AbortSignal, expected?: number): Promise<Measurement> {
  await using child = new Child(command, TIMEOUT_MS, signal);
  // What `print` of programs/self-measured.ts writes.
  const { syscalls, result, ...measured } = JSON.parse(await child.line()) as Measured;
  await child.finish();
  for (const [name, value] of Object.entries(measured.counters ?? {})) {
    // JSON has no other numbers: what was none of these arrives as null.
    if (!Number.isFinite(value))
      throw new Error(`the workload counted ${String(value)} as ${name}, which is no number`);
  }
  if (result !== expected) throw new Error(`the workload computed ${result} where ${expected} was expected`);
  return syscalls === undefined ? measured : { ...measured, syscallsPerOperation: syscalls / measured.operations };
}
