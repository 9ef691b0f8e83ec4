// `bench profile`: where one contender spends its time in one scenario.
import { resolve } from "node:path";
import { makeProfile, TOOL_NAMES, type ToolName } from "../../profile/profile.ts";
import { Toolbox } from "../../profile/tools/toolbox.ts";
import { MachineError } from "../../runner/machine-error.ts";
import { type Cell, select } from "../../runner/plan.ts";
import { type Scenario, scenarios } from "../../scenarios/index.ts";
import { type Arguments, hint } from "../arguments.ts";
import type { Command } from "../command.ts";
import { outOf, shortest } from "../measuring.ts";
import { UsageError } from "../usage-error.ts";
import { prepareFolder } from "../write-reports.ts";

const MOST_TIMES = 100;

export const profile: Command = {
  name: "profile",
  usage: "profile SCENARIO --contender NAME",
  summary: "Where a contender spends its time: flamegraphs and the hottest functions. Never a timing.",
  flags: {
    contender: { type: "string", value: "NAME", help: "that contender alone; of a profile, the one that is watched" },
    level: { type: "string", value: "N", help: "of the scenario's factor (the highest of a quick run)" },
    tool: { type: "string", value: "TOOL", help: `${TOOL_NAMES.join(", ")} (cpuprofile, which needs nothing)` },
    against: { type: "string", value: "NAME", help: "another contender: a flamegraph of how the two differ" },
    times: { type: "string", value: "N", help: "how much longer than usual it is watched (1)" },
    install: { type: "boolean", help: "lets npm install a tool that is missing, in a folder of this package" },
    out: { type: "string", value: "FOLDER", help: "where the folder of the reports is made (reports)" },
  },
  prepare(args) {
    const scenario = scenarioOf(args.positionals);
    const level = levelOf(scenario, args.text("level", "a level"));
    const cell = cellOf(scenario, contenderOf(args, "contender", scenario), level);
    const rival = args.has("against") ? contenderOf(args, "against", scenario) : undefined;
    const tool = toolOf(args.text("tool", "a tool") ?? "cpuprofile");
    if (rival !== undefined && tool === "perf") throw new UsageError("--against compares profiles of V8, not perf's");
    const times = args.integer("times", 1, MOST_TIMES) ?? 1;
    const out = outOf(args);
    const install = args.has("install");
    return async () => {
      prepareFolder(out);
      const interruption = new AbortController();
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => interruption.abort());
      const folder = resolve(out, folderName(scenario.name, cell.name, level, tool));
      try {
        const { text, files } = await makeProfile({
          ...{
            cell: cell.find(),
            tool,
            times,
            install,
            folder,
            toolbox: Toolbox.ofProcess(),
            signal: interruption.signal,
          },
          ...(rival === undefined ? {} : { against: cellOf(scenario, rival, level).find() }),
        });
        process.stdout.write(`${text}\nIn ${shortest(folder)}: ${files.join(", ")}\n`);
        return 0;
      } catch (error) {
        if (!interruption.signal.aborted) throw error;
        process.stderr.write("interrupted\n");
        return 130;
      }
    };
  },
};

function scenarioOf(words: readonly string[]): Scenario {
  const names = scenarios.map(({ name }) => name);
  const [name, ...rest] = words;
  if (name === undefined)
    throw new UsageError('profile expects a scenario, such as echo; "pnpm bench list" has them all');
  if (rest.length > 0) throw new UsageError(`profile takes one scenario, but was given "${words.join('" "')}"`);
  const scenario = scenarios.find((each) => each.name === name);
  if (scenario === undefined) throw new UsageError(`there is no scenario "${name}"${hint(name, names)}`);
  return scenario;
}

function contenderOf(args: Arguments, flag: string, { name: scenario, entrants }: Scenario): string {
  const known = Object.keys(entrants);
  const name = args.text(flag, "a contender");
  if (name === undefined)
    throw new UsageError(`profile expects --${flag} NAME: in ${scenario} there are ${known.join(", ")}`);
  if (!known.includes(name))
    throw new UsageError(`no contender "${name}" takes part in ${scenario}${hint(name, known)}`);
  return name;
}

function levelOf({ name, levels, levelNames = [], quickLevels }: Scenario, given: string | undefined): number {
  if (given === undefined) return quickLevels.at(-1) ?? levels.at(-1) ?? 1;
  const known = levels.map((level, index) => levelNames[index] ?? String(level));
  const level = levels[known.indexOf(given)] ?? levels.find((each) => String(each) === given);
  if (level === undefined) throw new UsageError(`${name} has no level "${given}"; known are ${known.join(", ")}`);
  return level;
}

function toolOf(given: string): ToolName {
  const tool = TOOL_NAMES.find((name) => name === given);
  if (tool === undefined) throw new UsageError(`there is no tool "${given}"${hint(given, TOOL_NAMES)}`);
  return tool;
}

/** A twin is looked up by the one that it repeats. Whether the machine has what it needs is found out late: it may have to be built. */
function cellOf(scenario: Scenario, name: string, level: number): { readonly name: string; find(): Cell } {
  const find = (): Cell => {
    const wanted = { scenario, contenders: new Set([name.replace(/ \(twin\)$/, "")]), levels: [level] };
    const { cells, skipped } = select([wanted]);
    const cell = cells.find(({ contender }) => contender.name === name);
    if (cell !== undefined) return cell;
    const why = skipped.find(({ contender }) => contender === name)?.reason ?? "it takes no part";
    throw new MachineError(`${name} cannot be profiled in ${scenario.name} here: ${why}`);
  };
  return { name, find };
}

function folderName(...parts: readonly (string | number)[]): string {
  const time = new Date().toISOString().replaceAll(/[-:]/g, "").replace(/\.\d+/, "");
  return `${time}-profile-${parts.join("-").replaceAll(/[^\w.+-]+/g, "_")}`;
}
