// Measuring another commit together with this state of the code, while the user watches.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { BasePrograms, BaseTree, bothOf, type Commit, findCommit, splitSession } from "../compare/session/index.ts";
import { parseRun } from "../record/validate.ts";
import type { Run } from "../record/run.ts";
import { mouldOf } from "../runner/mould.ts";
import { repetition } from "../runner/needs.ts";
import { allOf, type Wanted } from "../runner/plan.ts";
import type { Scenario } from "../scenarios/index.ts";
import { hint } from "./arguments.ts";
import { measureWatched, type Measuring } from "./measuring.ts";
import { UsageError } from "./usage-error.ts";
import { timeStamp, writeFiles } from "./write-reports.ts";

const PACKAGE = fileURLToPath(new URL("../../", import.meta.url));

/** What a session was asked for. */
export interface SessionPlan {
  readonly commit: Commit;
  readonly wanted: readonly Wanted[];
  readonly measuring: Measuring;
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

/**
 * What is measured of the scenarios: these contenders, or all, each scenario with one that is observed twice.
 *
 * @throws UsageError when a contender takes part in none of them
 */
export function wantedOf(
  scenarios: readonly Scenario[],
  contenders: readonly string[],
  mode: Measuring["mode"],
): Wanted[] {
  const known = [...new Set(scenarios.flatMap(({ entrants }) => Object.keys(entrants)))];
  for (const name of contenders) {
    if (!known.includes(name)) throw new UsageError(`no contender "${name}" takes part${hint(name, known)}`);
  }
  return scenarios.flatMap((scenario) => {
    const all = allOf(scenario, mode);
    const chosen =
      contenders.length === 0 ? all.contenders : new Set(contenders.filter((name) => all.contenders.has(name)));
    return chosen.size === 0 ? [] : [{ ...all, contenders: chosen, ...repetition(scenario, chosen) }];
  });
}

/** The session's records; undefined where it was interrupted before there were any. @throws MachineError when something cannot be built */
export async function measureSession({ commit, wanted, measuring }: SessionPlan): Promise<Session | undefined> {
  const { mode, seed, rounds, out } = measuring;
  const interruption = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => interruption.abort());
  try {
    await using tree = await BaseTree.build(commit, interruption.signal, (what) => process.stderr.write(`${what}\n`));
    const programs = new BasePrograms(PACKAGE, tree.bench);
    const mould = mouldOf(
      mode,
      wanted.map(({ scenario }) => scenario),
      rounds,
    );
    const run = await measureWatched({
      ...{ wanted, mode, seed, variants: bothOf(programs) },
      // Everything is observed twice.
      mould: { ...mould, limitMs: 2 * mould.limitMs },
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
