// Measuring another commit together with this state of the code, while the user watches.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { figure, listed } from "../claims/index.ts";
import { prospect } from "../compare/index.ts";
import {
  BasePrograms,
  BaseTree,
  bothOf,
  type Commit,
  findCommit,
  sessionMould,
  splitSession,
} from "../compare/session/index.ts";
import { parseRun } from "../record/validate.ts";
import type { Run } from "../record/run.ts";
import { repetition } from "../runner/needs.ts";
import { allOf, type Wanted } from "../runner/plan.ts";
import type { Scenario } from "../scenarios/index.ts";
import { measureWatched, type Measuring } from "./measuring.ts";
import { UsageError } from "./usage-error.ts";
import { timeStamp, writeFiles } from "./write-reports.ts";

/** How much the processor time of processes of one program differed, where nothing else ran and beside other programs. */
const SCATTERS = [
  [0.03, "a quiet machine"],
  [0.1, "a busy one"],
] as const;
/** That are compared of a benchmark: processor time, what its scenario is about, and bytes allocated. */
const FIGURES = 3;

const PACKAGE = fileURLToPath(new URL("../../", import.meta.url));

/** What a session was asked for. */
export interface SessionPlan {
  readonly commit: Commit;
  readonly wanted: readonly Wanted[];
  readonly measuring: Measuring;
  /** Relative differences below it count as none. */
  readonly leastEffect: number;
}

/** What a session left. */
export interface Session {
  readonly base: Run;
  readonly head: Run;
  /** Where both records are. */
  readonly folder: string;
}

/** @throws UsageError when there is no such commit */
export function commitOf(ref: string): Commit {
  const commit = findCommit(ref, PACKAGE);
  if (commit === undefined) {
    throw new UsageError(
      `there is no commit "${ref}" here; in a shallow clone, fetch it first (git fetch origin ${ref}, or fetch-depth: 0)`,
    );
  }
  return commit;
}

/** What is measured of the scenarios: all contenders, each scenario with one that is observed twice. */
export function everythingOf(scenarios: readonly Scenario[], mode: Measuring["mode"]): Wanted[] {
  return scenarios.map((scenario) => {
    const all = allOf(scenario, mode);
    return { ...all, ...repetition(scenario, all.contenders) };
  });
}

/** What a session can find, in words for whoever is about to wait for it. */
function prospectOf({ wanted, measuring, leastEffect }: Omit<SessionPlan, "commit">): string {
  const { rounds } = sessionMould(measuring.mode, measuring.rounds);
  const benchmarks = wanted.reduce((sum, { contenders, levels }) => sum + contenders.size * levels.length, 0);
  // One contender of each scenario is observed twice.
  const twinned = wanted.reduce((sum, { levels }) => sum + levels.length, 0);
  const processes = 2 * twinned > benchmarks ? 2 : 1;
  const found = SCATTERS.flatMap(([scatter, where]) => {
    const least = prospect({ scatter, rounds, processes, comparisons: FIGURES * benchmarks, leastEffect });
    if (least > 1) return [];
    return `${figure(100 * least)} % on ${where}, where processes of one program differ by ${100 * scatter} %`;
  });
  const what = `${rounds} ${rounds === 1 ? "round" : "rounds"} of ${benchmarks} ${benchmarks === 1 ? "benchmark" : "benchmarks"}`;
  if (found.length === 0) return `${what}: too few rounds to tell a difference from noise; take more with --rounds`;
  return `${what}: in most of them a difference in processor time is probably found from ${listed(found)}`;
}

/** The session's records; undefined where it was interrupted before there were any. @throws MachineError when something cannot be built */
export async function measureSession({
  commit,
  wanted,
  measuring,
  leastEffect,
}: SessionPlan): Promise<Session | undefined> {
  const { mode, seed, rounds, out } = measuring;
  const interruption = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => interruption.abort());
  try {
    await using tree = await BaseTree.build(commit, interruption.signal, (what) => process.stderr.write(`${what}\n`));
    const programs = new BasePrograms(PACKAGE, tree.bench);
    process.stderr.write(`${prospectOf({ wanted, measuring, leastEffect })}\n`);
    const run = await measureWatched({
      ...{ wanted, mode, seed, variants: bothOf(programs), mould: sessionMould(mode, rounds) },
    });
    const { base, head } = splitSession(run, commit.hash, programs.exceptions());
    if (base.observations.length === 0 && head.observations.length === 0) return undefined;
    return { base, head, folder: writeRecords(base, head, out) };
  } catch (error) {
    if (interruption.signal.aborted) return undefined;
    throw error;
  }
}

function writeRecords(base: Run, head: Run, out: string): string {
  const [from, to] = [base, head].map(({ environment: { git } }) => git?.commit.slice(0, 7) ?? "no-git");
  const folder = join(out, `${timeStamp(head)}-${from}-${to}`);
  for (const [side, run] of Object.entries({ base, head })) {
    const record = `${JSON.stringify(run)}\n`;
    parseRun(record);
    writeFiles(join(folder, side), { "run.json": record });
  }
  return folder;
}
