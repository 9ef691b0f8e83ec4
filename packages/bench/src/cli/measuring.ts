// What every command that measures has in common: its options, and making a run while the user watches.
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Run } from "../record/run.ts";
import { analyse } from "../report/index.ts";
import { formatTerminal } from "../report/index.ts";
import type { Mode } from "../runner/plan.ts";
import { makeRun, type RunOptions } from "../runner/run.ts";
import type { Arguments, Flag } from "./arguments.ts";
import { describePlan, ProgressLine } from "./progress.ts";
import { prepareFolder, writeReports } from "./write-reports.ts";

/** Where reports go unless said otherwise. */
export const REPORTS: string = fileURLToPath(new URL("../../../../reports", import.meta.url));
const SEEDS = 2 ** 32;

/** The options of a command that measures. */
export const MEASURING_FLAGS: Readonly<Record<"quick" | "full" | "rounds" | "seed" | "out", Flag>> = {
  quick: { type: "boolean", help: "fewer levels and rounds, with wider intervals" },
  full: {
    type: "boolean",
    help: "thirty rounds at every level, with narrow ones; of claims as many as end within 27 minutes",
  },
  rounds: {
    type: "string",
    value: "N",
    help: "how often each contender is observed at each level, instead of the above",
  },
  seed: { type: "string", value: "N", help: "of the order, the positions and the bootstrap; printed by every run" },
  out: { type: "string", value: "FOLDER", help: "where the folder of the reports is made (reports)" },
};

/** How a run is asked for. */
export interface Measuring {
  readonly mode: Mode;
  readonly seed: number;
  readonly rounds: number | undefined;
  /** The folder that the reports' folder is made in. */
  readonly out: string;
}

/** @throws UsageError that names what was expected */
export function measuringOf(args: Arguments): Measuring {
  args.exclude("quick", "full");
  return {
    mode: args.has("quick") ? "quick" : args.has("full") ? "full" : "default",
    seed: args.integer("seed", 0, SEEDS - 1) ?? Math.floor(Math.random() * SEEDS),
    rounds: args.integer("rounds", 1, 1000),
    out: outOf(args),
  };
}

/** The folder that a command's own folder is made in. @throws UsageError */
export function outOf(args: Arguments): string {
  return args.text("out", "a folder") ?? REPORTS;
}

/** Makes the run with its progress on stderr; Ctrl-C ends it early, and what was measured until then is its result. */
export async function measureWatched(options: Omit<RunOptions, "signal" | "onPlan" | "onProgress">): Promise<Run> {
  process.stderr.write(`seed ${options.seed}\n`);
  const interruption = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => interruption.abort());
  const progress = new ProgressLine(process.stderr);
  const run = await makeRun({
    ...options,
    signal: interruption.signal,
    onPlan: (plan) => process.stderr.write(`${describePlan(plan)}\n`),
    onProgress: (state) => progress.show(state),
  });
  progress.clear();
  return run;
}

/** Makes the run, prints `format` of it, leaves the reports and returns the exit code. @throws UsageError, MachineError */
export async function measureAndReport(
  options: Omit<RunOptions, "signal" | "onPlan" | "onProgress">,
  out: string,
  format: (run: Run) => string = (run) => formatTerminal(run, analyse(run)),
): Promise<number> {
  prepareFolder(out);
  const run = await measureWatched(options);
  const interrupted = run.plan.stoppedEarly === "interrupted";
  if (interrupted) process.stderr.write("interrupted: what follows is what was measured until then\n");
  if (run.observations.length === 0) {
    process.stderr.write("nothing was measured\n");
  } else {
    process.stdout.write(format(run));
    const folder = writeReports(run, analyse(run), out);
    process.stdout.write(`\nReports: ${shortest(folder)}/report.html, report.md, run.json\n`);
  }
  if (interrupted) return 130;
  return run.failures.length > 0 || run.observations.length === 0 ? 1 : 0;
}

/** A path from where the command was started, unless that leads upwards. */
export function shortest(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere.startsWith("..") ? path : fromHere;
}
