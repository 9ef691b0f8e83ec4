// `bench local`: a quick look at a small workload while one works on it. Each contender runs once, in a process of its own.
import { figure, quantity } from "../../claims/index.ts";
import { allOf, select } from "../../runner/plan.ts";
import type { Cell } from "../../runner/plan.ts";
import { scenarios } from "../../scenarios/index.ts";
import { hint } from "../arguments.ts";
import type { Command } from "../command.ts";
import { UsageError } from "../usage-error.ts";

export const local: Command = {
  name: "local",
  usage: "local SCENARIO... [--contender NAME]",
  summary: "A quick look at small workloads by tinybench, one process each: no record, no verdict.",
  flags: { contender: { type: "string", value: "NAME", help: "that contender alone" } },
  prepare(args) {
    const known = scenarios.filter(({ group }) => group !== "headline");
    const names = known.map(({ name }) => name);
    if (args.positionals.length === 0) throw new UsageError(`local expects scenarios: ${names.join(", ")}`);
    for (const name of args.positionals) {
      if (!names.includes(name)) throw new UsageError(`there is no small workload "${name}"${hint(name, names)}`);
    }
    const chosen = known.filter(({ name }) => args.positionals.includes(name));
    const contender = args.text("contender", "a name");
    const takingPart = new Set(chosen.flatMap(({ entrants }) => Object.keys(entrants)));
    if (contender !== undefined && !takingPart.has(contender)) {
      throw new UsageError(`no contender "${contender}" takes part${hint(contender, [...takingPart])}`);
    }
    // Nothing is built for a contender that was not asked for.
    const wanted = chosen.map((each) => {
      const all = allOf(each, "quick");
      return contender === undefined ? all : { ...all, contenders: new Set([contender]) };
    });
    return () => look(select(wanted).cells);
  },
};

async function look(cells: readonly Cell[]): Promise<number> {
  const interruption = new AbortController();
  process.on("SIGINT", () => interruption.abort());
  let failures = 0;
  for (const { scenario, contender, entrant, level } of cells) {
    if (contender.twinOf !== undefined) continue;
    const line = `${scenario.name} ${level} ${contender.name}`.padEnd(40);
    try {
      const { elapsedNs, operations, counters } = await scenario.observe(entrant, level, {
        ...{ pinning: null, dataFile: "", seed: 1, paddingBytes: 0, signal: interruption.signal, frame: "tinybench" },
        budget: { warmupMs: 100, batchMs: 50 },
      });
      const { rmePercent, passes } = counters ?? {};
      const spread = rmePercent === undefined ? "" : `  ±${figure(rmePercent)} %  ${passes ?? 0} passes`;
      process.stdout.write(`${line}${quantity(elapsedNs / operations, "ns")} per ${scenario.operation}${spread}\n`);
    } catch (error) {
      if (interruption.signal.aborted) return 130;
      failures += 1;
      process.stdout.write(`${line}failed: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
  return failures === 0 ? 0 : 1;
}
