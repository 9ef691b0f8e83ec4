// Runs that were made in parts, on several machines or one after the other, put together. What was measured on machines that are not alike
// stays apart; what is there twice, of other code or asked for otherwise is refused by name.
import { comparable } from "../record/comparable.ts";
import { levelName, placeName } from "../record/place.ts";
import type { ContenderRecord, Plan, Run, ScenarioRecord } from "../record/run.ts";

/** A run, and what a message calls it: its file. */
export interface Part {
  readonly name: string;
  readonly run: Run;
}

/** What was measured on machines that are alike. */
export interface Group {
  readonly run: Run;
  /** The names of its parts. */
  readonly parts: readonly string[];
  /** In what its machines differ from those of the first group; empty for the first. */
  readonly unlike: readonly string[];
}

/** What parts add up to. */
export interface Merged {
  /** Never empty. */
  readonly groups: readonly Group[];
  /** Numbers of the shards that are nowhere, and of how many they are. */
  readonly missing: { readonly shards: readonly number[]; readonly of: number } | undefined;
}

/** Parts that do not belong together; the message says which, and why. */
export class MergeError extends Error {
  override readonly name = "MergeError";
}

/** The same parts give the same runs. @throws MergeError */
export function mergeRuns(parts: readonly Part[]): Merged {
  const [first] = parts;
  if (first === undefined) throw new MergeError("there is nothing to merge");
  for (const part of parts) refuseOther(first, part);
  refuseTwice(parts);
  const missing = missingShards(parts);
  const byMachine: [Part, ...Part[]][] = [];
  for (const part of parts) {
    const alike = byMachine.find(([one]) => comparable(one.run.environment, part.run.environment).length === 0);
    if (alike === undefined) byMachine.push([part]);
    else alike.push(part);
  }
  return {
    missing,
    groups: byMachine.map((group) => ({
      run: together(group, remarksOn(group, parts)),
      parts: group.map(({ name }) => name),
      unlike: comparable(first.run.environment, group[0].run.environment),
    })),
  };
}

/** Of other code, or asked for otherwise. */
function refuseOther(first: Part, part: Part): void {
  const refuse = (what: string, one: string, other: string, advice: string): never => {
    throw new MergeError(
      `${first.name} and ${part.name} do not belong together: ${what} ${one} and ${other}. ${advice}`,
    );
  };
  const [one, other] = [first.run, part.run];
  const commits = [one, other].map(({ environment: { git } }) => git?.commit ?? "unknown");
  const [commit = "", otherCommit = ""] = commits;
  if (commit !== otherCommit) {
    refuse(
      "the code is of commits",
      commit.slice(0, 7),
      otherCommit.slice(0, 7),
      "Runs of different code are compared.",
    );
  }
  const settings: readonly (readonly [string, (run: Run) => unknown])[] = [
    ["they were made in the modes", ({ plan }) => plan.mode],
    ["they were planned with rounds", ({ plan }) => plan.rounds],
    ["they are shards of", ({ plan }) => plan.shard?.count ?? "none"],
    ["they are of the sessions", ({ plan }) => plan.session ?? "none"],
  ];
  for (const [what, of] of settings) {
    const [mine, others] = [String(of(one)), String(of(other))];
    if (mine !== others) refuse(what, mine, others, "Measure the parts of one run alike.");
  }
  if (one.plan.shard !== undefined && one.seed !== other.seed) {
    refuse("their seeds are", String(one.seed), String(other.seed), "What each shard has follows from the seed.");
  }
  for (const scenario of other.scenarios) {
    const known = one.scenarios.find(({ name }) => name === scenario.name);
    if (known !== undefined && definitionOf(known) !== definitionOf(scenario)) {
      throw new MergeError(`${first.name} and ${part.name} do not mean the same by the scenario ${scenario.name}`);
    }
  }
}

/** What makes a scenario what it is, whichever of its levels were measured. */
function definitionOf({ levels: _levels, levelNames: _names, ...scenario }: ScenarioRecord): string {
  return JSON.stringify(Object.entries(scenario).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function refuseTwice(parts: readonly Part[]): void {
  const shards = new Map<number, string>();
  const places = new Map<string, string>();
  for (const { name, run } of parts) {
    const index = run.plan.shard?.index;
    if (index !== undefined) {
      const other = shards.get(index);
      if (other !== undefined) throw new MergeError(`${other} and ${name} are both shard ${index}: give one of them`);
      shards.set(index, name);
    }
    for (const place of placesOf(run)) {
      const other = places.get(place);
      if (other !== undefined) throw new MergeError(`${other} and ${name} both have ${place}: give one of them`);
    }
    for (const place of placesOf(run)) places.set(place, name);
  }
}

/** Wherever something was observed. */
function placesOf({ scenarios, observations }: Run): Set<string> {
  const known = new Map(scenarios.map((scenario) => [scenario.name, scenario]));
  return new Set(
    observations.flatMap(({ scenario, contender, level }) => {
      const found = known.get(scenario);
      return found === undefined ? [] : [placeName(found, contender, level)];
    }),
  );
}

function missingShards(parts: readonly Part[]): Merged["missing"] {
  const count = parts[0]?.run.plan.shard?.count;
  if (count === undefined) return undefined;
  const present = new Set(parts.map(({ run }) => run.plan.shard?.index));
  const shards = Array.from({ length: count }, (_, index) => index + 1).filter((index) => !present.has(index));
  return shards.length === 0 ? undefined : { shards, of: count };
}

/** What a reader of one group should know of how it came about. */
function remarksOn(group: readonly Part[], parts: readonly Part[]): string[] {
  const remarks: string[] = [];
  if (group.length > 1) {
    remarks.push(
      `Put together from ${group.length} runs on machines that are alike. All contenders at a level were on one machine, but levels may be ` +
        "from different ones: what is said of growth from level to level may be of machines.",
    );
  }
  const count = group[0]?.run.plan.shard?.count;
  const present = group.flatMap(({ run }) => run.plan.shard?.index ?? []).toSorted((a, b) => a - b);
  if (count !== undefined && present.length < count) {
    const why = group.length < parts.length ? " on machines like this" : "";
    remarks.push(`Only shards ${present.join(", ")} of ${count} were measured${why}.`);
  }
  return remarks;
}

function together(group: readonly [Part, ...Part[]], remarks: readonly string[]): Run {
  const runs = group
    .map(({ run }) => run)
    .toSorted(
      (a, b) => (a.plan.shard?.index ?? 0) - (b.plan.shard?.index ?? 0) || (a.startedAt < b.startedAt ? -1 : 1),
    );
  const { environment, seed } = group[0].run;
  // How disturbed each machine was is among the warnings of each.
  const { during: _during, ...machine } = environment;
  const warnings = new Set(runs.flatMap((run) => run.environment.warnings));
  let before = 0;
  const observations = runs.flatMap((run) => {
    const offset = before;
    before += 1 + Math.max(-1, ...run.observations.map(({ sequence }) => sequence));
    return run.observations.map((observation) => ({ ...observation, sequence: offset + observation.sequence }));
  });
  return {
    schemaVersion: group[0].run.schemaVersion,
    startedAt: runs.map(({ startedAt }) => startedAt).toSorted()[0] ?? group[0].run.startedAt,
    elapsedMs: runs.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0),
    seed,
    plan: planOf(runs, group[0].run.plan),
    environment: { ...machine, warnings: [...warnings, ...remarks] },
    scenarios: scenariosOf(runs),
    contenders: contendersOf(runs),
    observations,
    skipped: unique(runs.flatMap(({ skipped }) => skipped)),
    failures: runs.flatMap(({ failures }) => failures),
  };
}

function planOf(runs: readonly Run[], { mode, rounds, session }: Plan): Plan {
  const claims = new Set(runs.flatMap(({ plan }) => plan.claims ?? []));
  return {
    mode,
    rounds,
    completedRounds: Math.min(...runs.map(({ plan }) => plan.completedRounds)),
    stoppedEarly: runs.map(({ plan }) => plan.stoppedEarly).find((why) => why !== false) ?? false,
    ...(claims.size === 0 ? {} : { claims: [...claims] }),
    ...(session === undefined ? {} : { session }),
  };
}

function scenariosOf(runs: readonly Run[]): ScenarioRecord[] {
  const byName = Map.groupBy(
    runs.flatMap(({ scenarios }) => scenarios),
    ({ name }) => name,
  );
  return [...byName.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const names = new Map(same.flatMap((each) => each.levels.map((level) => [level, levelName(each, level)] as const)));
    const levels = [...names.keys()].toSorted((a, b) => a - b);
    const { levelNames, ...scenario } = first;
    const named =
      levelNames === undefined ? {} : { levelNames: levels.map((level) => names.get(level) ?? String(level)) };
    return [{ ...scenario, levels, ...named }];
  });
}

function contendersOf(runs: readonly Run[]): ContenderRecord[] {
  const all = runs.flatMap(({ contenders }) => contenders);
  return [...new Map(all.map((contender) => [contender.name, contender])).values()];
}

function unique<Each>(all: readonly Each[]): Each[] {
  return [...new Map(all.map((each) => [JSON.stringify(each), each])).values()];
}
