// A profile of one contender: what is recorded, by which tool, and the files that are made of it.
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { MachineError } from "../runner/machine-error.ts";
import type { Cell } from "../runner/plan.ts";
import { differencePage, flamePage, type Subject } from "./flame-page.ts";
import { formatHottest, hottest, kernelShare, percent } from "./hottest.ts";
import { type Effort, scaled, USUAL_EFFORT } from "./observe.ts";
import { foldLoading } from "./loading.ts";
import { busySamples, type Samples } from "./samples.ts";
import { writeSpeedscope } from "./speedscope.ts";
import { CLINIC, type ClinicTool, isClinicTool, profileWithClinic } from "./tools/clinic.ts";
import { recordCpuProfiles } from "./tools/cpu-profile.ts";
import { recordWithPerf } from "./tools/perf.ts";
import type { Toolbox } from "./tools/toolbox.ts";
import { drawWithZeroX, ZERO_X } from "./tools/zero-x.ts";

export type ToolName = "cpuprofile" | "perf" | "0x" | ClinicTool;

export const TOOL_NAMES: readonly ToolName[] = [
  "cpuprofile",
  "0x",
  "clinic-doctor",
  "clinic-flame",
  "clinic-bubbleprof",
  "clinic-heap",
  "perf",
];

export interface ProfileOptions {
  readonly cell: Cell;
  /** Another contender at the same level, which it is compared with. */
  readonly against?: Cell;
  readonly tool: ToolName;
  /** Times the usual effort. */
  readonly times: number;
  /** Whether a tool that is missing may be installed. */
  readonly install: boolean;
  readonly toolbox: Toolbox;
  /** Made for the profile. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** What was made of it. */
export interface Profile {
  readonly text: string;
  /** Names in the folder, what to open first in front. */
  readonly files: readonly string[];
}

const NOT_A_TIMING =
  "Not a timing: a program that is watched is slower, and its start and warm-up are in it. Nothing of this goes into a record.";
const LISTED = 200;
const SHOWN = 15;

/** Records, draws and writes everything into the folder. @throws MachineError that says what is missing, failed or empty */
export async function makeProfile(options: ProfileOptions): Promise<Profile> {
  const { cell, against, folder } = options;
  refuseNative(options);
  // First, because it may be missing or see nothing.
  const watched = await watch(options);
  const recorded = await record(options, cell, "profile");
  const name = subjectOf(cell);
  const files = [...watched.draw(recorded), ...draw(recorded, name, folder, "")];
  if (against !== undefined) files.unshift(...(await compare(options, recorded.samples, against)));
  const by = options.tool === "perf" ? "perf" : "node --cpu-prof";
  const head = [
    `${name}: the hottest functions, by ${by}`,
    ...[summary(recorded.samples), ...recorded.notes, ...watched.notes, NOT_A_TIMING],
  ].join("\n");
  const list = (most: number): string => `${head}\n\n${formatHottest(hottest(recorded.samples), most)}`;
  writeFileSync(join(folder, "hottest.txt"), list(LISTED));
  return { text: list(SHOWN), files: [...files, "hottest.txt", ...recorded.files] };
}

/** What a tool that is a package made, or will make of what is recorded. */
interface Watched {
  readonly notes: readonly string[];
  /** Returns the names of its pages. */
  draw(recorded: Recorded): readonly string[];
}

async function watch({ tool, toolbox, install, cell, folder, times, signal }: ProfileOptions): Promise<Watched> {
  if (tool === "0x") {
    const program = toolbox.provide(ZERO_X, install);
    mkdirSync(folder, { recursive: true });
    return { notes: [], draw: ({ files: [busiest = ""] }) => [drawWithZeroX(program, folder, busiest)] };
  }
  if (!isClinicTool(tool)) {
    mkdirSync(folder, { recursive: true });
    return { notes: [], draw: () => [] };
  }
  const program = toolbox.provide(CLINIC, install);
  mkdirSync(folder, { recursive: true });
  const page = await profileWithClinic(tool, program, cell, folder, effortOf(times), signal);
  return {
    notes: [`${page} is of an observation of its own; the list and the other files are of node --cpu-prof.`],
    draw: () => [page],
  };
}

function effortOf(times: number): Effort {
  return scaled(USUAL_EFFORT, times);
}

interface Recorded {
  readonly samples: Samples;
  readonly files: readonly string[];
  readonly notes: readonly string[];
}

async function record(
  { tool, folder, toolbox, times, signal }: ProfileOptions,
  cell: Cell,
  name: string,
): Promise<Recorded> {
  if (tool === "perf") return recordWithPerf(cell, folder, effortOf(times), toolbox, signal);
  return { ...(await recordCpuProfiles(cell, folder, name, effortOf(times), signal)), notes: [] };
}

/** A flamegraph and speedscope. */
function draw({ samples }: Recorded, name: string, folder: string, prefix: string): readonly string[] {
  const flames = `${prefix}flamegraph.html`;
  const speedscope = `${prefix}speedscope`;
  writeFileSync(join(folder, flames), flamePage(`Flamegraph: ${name}`, { name, samples: foldLoading(samples) }));
  writeSpeedscope(samples, name, join(folder, speedscope));
  return [flames, `${speedscope}/index.html`];
}

async function compare(options: ProfileOptions, samples: Samples, against: Cell): Promise<readonly string[]> {
  const { cell, folder } = options;
  const other = await record(options, against, "against");
  const title = `${cell.scenario.name}: ${cell.contender.name} against ${against.contender.name}`;
  const subject = (of: Cell, its: Samples): Subject => ({
    name: of.contender.name,
    samples: foldLoading(its),
  });
  writeFileSync(
    join(folder, "difference.html"),
    differencePage(title, subject(cell, samples), subject(against, other.samples)),
  );
  return ["difference.html", ...draw(other, subjectOf(against), folder, "against-"), ...other.files];
}

/** What profilers of JavaScript cannot see. */
function refuseNative({ cell, against, tool }: ProfileOptions): void {
  if (tool === "perf") return;
  for (const { contender, entrant, level } of against === undefined ? [cell] : [cell, against]) {
    const { file } = entrant.command(level);
    if (file === process.execPath) continue;
    throw new MachineError(
      `${contender.name} is no JavaScript but the program ${basename(file)}: --tool perf can profile it.`,
    );
  }
}

function subjectOf({ scenario, contender, level }: Cell): string {
  return `${scenario.name}, ${contender.name}, ${level} ${scenario.factor}`;
}

function summary(samples: Samples): string {
  const { threads, unit } = samples;
  const count = `${busySamples(samples).length} samples of ${threads.length === 1 ? "one thread" : `${threads.length} threads`}`;
  return unit === "samples" ? `${count}; the kernel has ${percent(kernelShare(samples))} of them` : count;
}
