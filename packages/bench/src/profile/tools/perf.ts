// perf (perf-record(1)): samples of everything that the process runs, the kernel and native code included. V8 tells it the names of
// compiled functions by a file, /tmp/perf-PID.map, and gives interpreted ones frames of their own.
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "../../runner/command.ts";
import { MachineError } from "../../runner/machine-error.ts";
import type { Cell } from "../../runner/plan.ts";
import { type Effort, observeUnder } from "../observe.ts";
import { PERF_FIELDS, readPerfScript } from "../perf-script.ts";
import { busySamples, type Samples } from "../samples.ts";
import { SourcePlaces } from "../source-places.ts";
import { withNodeFlags } from "./cpu-profile.ts";
import { runTool, shellScript, wordsOf } from "./run-tool.ts";
import type { Toolbox } from "./toolbox.ts";

/** Not a divisor of what kernels and programs do every so many milliseconds. */
const FREQUENCY_HZ = 1999;
/** The last two because V8 would leave a log as well where it is started: they make it a temporary file. */
const NODE_FLAGS = [
  "--perf-basic-prof",
  "--interpreted-frames-native-stack",
  "--no-logfile-per-isolate",
  "--logfile=+",
];
/** Of the files that V8 names its functions in: perf looks nowhere else. */
const MAPS = "/tmp";
const PARANOID = "/proc/sys/kernel/perf_event_paranoid";
/** From here on only root may record the kernel, and from the next on anything. */
const PARANOID_KERNEL = 2;

export interface PerfRecording {
  readonly samples: Samples;
  readonly files: readonly string[];
  /** What the reader should know. */
  readonly notes: readonly string[];
}

/** Leaves perf.data in the folder. @throws MachineError with what to do */
export async function recordWithPerf(
  cell: Cell,
  folder: string,
  effort: Effort,
  toolbox: Toolbox,
  signal: AbortSignal,
): Promise<PerfRecording> {
  const perf = toolbox.find("perf");
  if (perf === undefined) throw new MachineError("perf is not installed (apt-get install linux-perf).");
  const data = join(folder, "perf.data");
  // The clock: many machines, virtual ones above all, offer no counters of the hardware.
  const record = ["record", "--quiet", "-e", "cpu-clock", "-F", String(FREQUENCY_HZ), "-g", "-o", data, "--"];
  try {
    await observeUnder("perf", cell, (command) => underPerf(perf, record, command), effort, signal);
    const script = ["script", "--no-inline", "-i", data, "-F", PERF_FIELDS];
    const samples = readPerfScript(runTool(perf, script, { cwd: folder, environment: {} }), new SourcePlaces());
    if (busySamples(samples).length === 0) throw new MachineError("perf recorded nothing.");
    return { samples, files: ["perf.data"], notes: kernelIsHidden() ? [permission()] : [] };
  } catch (error) {
    if (error instanceof MachineError) throw new MachineError(`${error.message}\n${permission()}`);
    throw error;
  } finally {
    removeMaps(perf, data, folder);
  }
}

function underPerf(perf: string, record: readonly string[], command: Command): Command {
  const watched = command.file === process.execPath ? withNodeFlags(command, NODE_FLAGS) : command;
  const recording = { ...watched, file: perf, args: [...record, ...wordsOf(watched)] };
  if (command.stopsOn !== "SIGTERM") return recording;
  return { ...watched, file: "sh", args: [shellScript("under-perf"), ...wordsOf(recording)] };
}

function permission(): string {
  const level = readParanoid();
  if (level === undefined) return `This kernel has no perf events: ${PARANOID} does not exist.`;
  return (
    `The kernel allows perf at level ${level} of ${PARANOID}: from 2 on it hides itself from all but root, and from 3 on it may refuse everything. ` +
    "sysctl kernel.perf_event_paranoid=1 as root changes that until the next start."
  );
}

function kernelIsHidden(): boolean {
  return process.getuid?.() !== 0 && (readParanoid() ?? 0) >= PARANOID_KERNEL;
}

function readParanoid(): number | undefined {
  try {
    return Number(readFileSync(PARANOID, "utf8"));
  } catch {
    return undefined;
  }
}

/** Of the processes in the recording; nobody else removes them. */
function removeMaps(perf: string, data: string, folder: string): void {
  if (statSync(data, { throwIfNoEntry: false }) === undefined) return;
  const { stdout } = spawnSync(perf, ["script", "-i", data, "-F", "pid"], { cwd: folder, encoding: "utf8" });
  for (const pid of new Set(stdout.match(/\d+/g))) rmSync(join(MAPS, `perf-${pid}.map`), { force: true });
}
