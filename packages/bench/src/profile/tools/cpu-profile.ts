// The profiler of V8, which every Node.js has: `node --cpu-prof` leaves a profile of each thread at its end.
import { readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "../../runner/command.ts";
import { MachineError } from "../../runner/machine-error.ts";
import type { Cell } from "../../runner/plan.ts";
import { readCpuProfile, UnusableProfileError } from "../cpuprofile.ts";
import { type Effort, observeUnder } from "../observe.ts";
import { busySamples, type Samples, type ThreadSamples, weightOf } from "../samples.ts";
import { SourcePlaces } from "../source-places.ts";

const INTERVAL_US = 200;
const SUFFIX = ".cpuprofile";

/** A program's profiles. */
export interface CpuProfiles {
  readonly samples: Samples;
  /** Names of the files in the folder: that of the busiest thread first. */
  readonly files: readonly string[];
}

/** Leaves a `.cpuprofile` for each thread in the folder, called after `name`. @throws MachineError */
export async function recordCpuProfiles(
  cell: Cell,
  folder: string,
  name: string,
  effort: Effort,
  signal: AbortSignal,
): Promise<CpuProfiles> {
  const before = new Set(profilesIn(folder));
  const flags = ["--cpu-prof", `--cpu-prof-dir=${folder}`, `--cpu-prof-interval=${INTERVAL_US}`];
  await observeUnder("node --cpu-prof", cell, (command) => withNodeFlags(command, flags), effort, signal);
  const written = profilesIn(folder).filter((file) => !before.has(file));
  const places = new SourcePlaces();
  const threads = written
    .map((file) => ({ file, thread: read(join(folder, file), places) }))
    .map(({ file, thread }) => ({
      file,
      thread,
      busy: weightOf(busySamples({ unit: "microseconds", threads: [thread] })),
    }))
    .filter(({ busy }) => busy > 0)
    .toSorted((a, b) => b.busy - a.busy);
  if (threads.length === 0) {
    throw new MachineError(`node --cpu-prof recorded nothing of ${cell.contender.name} in ${cell.scenario.name}`);
  }
  const named = threads.map(({ file, thread }, index) => {
    const short = `${name}${index === 0 ? "" : `-${index + 1}`}`;
    renameSync(join(folder, file), join(folder, `${short}${SUFFIX}`));
    return { file: `${short}${SUFFIX}`, thread: { ...thread, name: short } };
  });
  return {
    samples: { unit: "microseconds", threads: named.map(({ thread }) => thread) },
    files: named.map(({ file }) => file),
  };
}

/** The same program, with options of Node.js's. */
export function withNodeFlags(command: Command, flags: readonly string[]): Command {
  return { ...command, args: [...flags, ...command.args] };
}

function profilesIn(folder: string): string[] {
  return readdirSync(folder).filter((file) => file.endsWith(SUFFIX));
}

function read(path: string, places: SourcePlaces): ThreadSamples {
  try {
    return readCpuProfile(readFileSync(path, "utf8"), path, places);
  } catch (error) {
    if (error instanceof UnusableProfileError) throw new MachineError(`${path} cannot be used: ${error.message}`);
    throw error;
  }
}
