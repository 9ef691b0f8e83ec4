// The text of Go's benchmarks, which benchstat reads (https://go.dev/design/14313-benchmark-format): configuration lines `key: value`, lines
// `Unit unit key=value` that say which way a unit is better, and a line for each observation: `BenchmarkName N value unit value unit`.
// benchstat computes its medians and tests from these lines itself.
import { comparedMetrics } from "../compare/places.ts";
import type { Metric } from "../claims/index.ts";
import { levelName } from "../record/place.ts";
import type { Observation, Run, ScenarioRecord } from "../record/run.ts";

/** @param side what the lines are told apart by where two runs are in one file: `benchstat -col side` */
export function formatGoBenchmark(run: Run, side?: "base" | "head"): string {
  const units = new Units(run.scenarios);
  const twins = new Set(run.contenders.flatMap(({ name, twinOf }) => (twinOf === undefined ? [] : [name])));
  const scenarios = new Map(run.scenarios.map((scenario) => [scenario.name, scenario]));
  const lines = run.observations.flatMap((observation) => {
    const scenario = scenarios.get(observation.scenario);
    return scenario === undefined || twins.has(observation.contender) ? [] : lineOf(observation, scenario, units);
  });
  return [...configuration(run, side), "", ...units.lines(), "", ...lines, ""].join("\n");
}

/** Two runs in one file. */
export function formatGoBenchmarks(base: Run, head: Run): string {
  return `${formatGoBenchmark(base, "base")}\n${formatGoBenchmark(head, "head")}`;
}

/** Keys begin with a lower-case letter and have neither blanks nor capitals. */
function configuration({ environment, startedAt, seed }: Run, side: string | undefined): string[] {
  const { cpu, kernel, versions, git } = environment;
  return Object.entries({
    side: side ?? "",
    os: `Linux ${kernel.release}`,
    cpu: `${cpu.model}, ${cpu.logicalCores} cores`,
    node: versions.node,
    commit: git === null ? "" : `${git.commit}${git.dirty ? "-dirty" : ""}`,
    measured: startedAt,
    seed: String(seed),
  }).flatMap(([key, value]) => (value === "" ? [] : [`${key}: ${value.replaceAll(/\s+/g, " ")}`]));
}

function lineOf(observation: Observation, scenario: ScenarioRecord, units: Units): string[] {
  const values = comparedMetrics(scenario).flatMap((metric) => {
    const value = metric.of(observation);
    return value === undefined || !Number.isFinite(value) ? [] : [`${value} ${units.of(metric, scenario)}`];
  });
  if (values.length === 0) return [];
  return [`Benchmark${nameOf(observation, scenario)} ${Math.round(observation.operations)} ${values.join(" ")}`];
}

/** Parts between slashes; a number behind a hyphen at the end would be taken for GOMAXPROCS. */
function nameOf({ contender, level }: Observation, scenario: ScenarioRecord): string {
  const capital = scenario.name.charAt(0).toUpperCase() + scenario.name.slice(1);
  const factor = scenario.factor.replaceAll(/[^\p{L}\p{N}]+/gu, "_");
  const parts = [capital, `contender=${contender}`, `${factor}=${levelName(scenario, level)}`];
  return parts
    .map((part) => part.replaceAll(/[\s/]+/g, "_"))
    .join("/")
    .replace(/-(\d+)$/, "_$1");
}

/** The names of units: one for each metric, as benchstat knows nothing else of it. */
class Units {
  private readonly better = new Map<string, Metric["better"]>();

  constructor(scenarios: readonly ScenarioRecord[]) {
    for (const scenario of scenarios) {
      for (const metric of comparedMetrics(scenario)) this.better.set(this.of(metric, scenario), metric.better);
    }
  }

  /** A unit has one better side: where scenarios disagree, the later ones have a unit of their own. */
  of(metric: Metric, { name }: ScenarioRecord): string {
    const unit = unitOf(metric).replaceAll(/\s+/g, "_");
    return (this.better.get(unit) ?? metric.better) === metric.better
      ? unit
      : `${name.replaceAll(/\s+/g, "_")}-${unit}`;
  }

  lines(): string[] {
    return [...this.better].map(([unit, better]) => `Unit ${unit} better=${better}`);
  }
}

/** As Go names them where it has a name: benchstat shows ns/op and B/op scaled. */
function unitOf({ id, unit }: Metric): string {
  switch (id) {
    case "time":
      return "ns/op";
    case "throughput":
      return "op/s";
    case "cpu":
      return "cpu-ns/op";
    case "bytes":
      return "B/op";
    case "allocated":
      return "allocated-B/op";
    case "syscalls":
      return "syscalls/op";
    default:
      return unit === "ns" ? `${id}-ns` : unit === "bytes" ? `${id}-B` : id;
  }
}
