// The machine, the state of the code and how processes were set up, as a table.
import { figure, quantity } from "../claims/index.ts";
import type { Disturbance, Environment } from "../record/environment.ts";
import type { Run } from "../record/run.ts";
import type { Grid } from "./grid.ts";

/** The machine and the state of the code. */
export function environmentGrid(run: Run): Grid {
  const { environment, plan, seed, startedAt, elapsedMs } = run;
  const rows: [string, string][] = [
    ["started", startedAt],
    ["took", `${Math.round(elapsedMs / 1000)} s, ${plan.completedRounds} of ${plan.rounds} rounds (${plan.mode})`],
    ["asked for", plan.claims === undefined ? "scenarios" : `claims ${plan.claims.join(", ")}`],
    ["seed", String(seed)],
    ["processor", processor(environment)],
    ["memory", `${figure(environment.memoryBytes / 2 ** 30)} GiB`],
    ["kernel", kernel(environment)],
    ["virtualisation", environment.virtualisation],
    ["load before", environment.load.join(", ")],
    ...disturbances(environment.during),
    ["node", versions(environment)],
    ["compiler", environment.versions.cc ?? "none"],
    ["code", commit(environment)],
    [
      "pinning",
      environment.pinning === null
        ? "none"
        : `server on core ${environment.pinning.server}, load generator on core ${environment.pinning.generator}`,
    ],
    ["each process", settings(run)],
    ["data file on", environment.dataFileSystem],
    [
      "mitigations",
      Object.entries(environment.mitigations)
        .map(([name, text]) => `${name}: ${text}`)
        .join("; ") || "not readable",
    ],
  ];
  return {
    title: "Environment",
    content: "text",
    columns: ["what", "value"],
    rows: rows.map((row) => row.map((text) => ({ text }))),
  };
}

/** What took processor time away while the run went on, as far as the machine tells. */
function disturbances(during: Disturbance | undefined): [string, string][] {
  if (during === undefined) return [];
  const { loadAfter, stealShare, foreignShare, quotaThrottledMs, thermalThrottles } = during;
  return [
    ["load after", loadAfter === undefined ? undefined : String(loadAfter)],
    ["taken by the host", stealShare === undefined ? undefined : quantity(stealShare, "share")],
    ["taken by other programs", foreignShare === undefined ? undefined : quantity(foreignShare, "share")],
    ["held back by a quota", quotaThrottledMs === undefined ? undefined : `${figure(quotaThrottledMs)} ms`],
    ["slowed down by heat", thermalThrottles === undefined ? undefined : `${thermalThrottles} times`],
  ].flatMap(([what, text]): [string, string][] => (what === undefined || text === undefined ? [] : [[what, text]]));
}

/** What was drawn at random for each process. */
function settings({ observations }: Run): string {
  const paddings = observations.flatMap(({ setting }) => setting?.paddingBytes ?? []);
  if (paddings.length === 0) return "as it comes";
  return `its environment padded by ${Math.min(...paddings)} to ${Math.max(...paddings)} bytes, drawn from the seed`;
}

function processor({ cpu }: Environment): string {
  const governor = cpu.governor === undefined ? "" : `, governor ${cpu.governor}`;
  return `${cpu.model}, ${cpu.logicalCores} logical ${cpu.logicalCores === 1 ? "core" : "cores"}${governor}`;
}

function kernel({ kernel: { release, ioUringDisabled } }: Environment): string {
  return ioUringDisabled === undefined ? release : `${release}, io_uring_disabled = ${ioUringDisabled}`;
}

function versions({ versions: { node, v8, libuv } }: Environment): string {
  return `${node} (V8 ${v8}, libuv ${libuv})`;
}

function commit({ git }: Environment): string {
  return git === null
    ? "not a git checkout"
    : `${git.commit.slice(0, 12)}${git.dirty ? ", with uncommitted changes" : ""}`;
}
