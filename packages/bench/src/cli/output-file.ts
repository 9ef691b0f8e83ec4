// A file that a command was asked to write, beside what it prints.
import { accessSync, appendFileSync, constants, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { MachineError } from "../runner/machine-error.ts";
import { UsageError } from "./usage-error.ts";

/** Asks beforehand, so that what takes minutes is not done in vain. @throws UsageError when the file cannot be written */
export function expectWritable(path: string): void {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats?.isDirectory() === true) throw new Error("it is a folder");
    accessSync(stats === undefined ? dirname(path) : path, constants.W_OK);
  } catch (error) {
    throw new UsageError(`${path} cannot be written: ${reason(error)}`);
  }
}

/** @throws MachineError */
export function writeOutput(path: string, text: string): void {
  attempt(path, () => writeFileSync(path, text));
}

/** Behind what the file has already, as a job's summary is written. @throws MachineError */
export function appendOutput(path: string, text: string): void {
  attempt(path, () => appendFileSync(path, text));
}

function attempt(path: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    throw new MachineError(`${path} could not be written: ${reason(error)}`);
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
