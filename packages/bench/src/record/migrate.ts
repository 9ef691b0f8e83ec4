// Records of older versions, brought to the shape of today's. A step changes what that version did otherwise and nothing else; whether
// the outcome is a run is for the schema to say, so what is not as expected is passed on as it is.
import { STANDARD } from "./metric.ts";

type Fields = Readonly<Record<string, unknown>>;

/** What each version needs to become the next. */
const STEPS: Readonly<Record<number, (run: Fields) => Fields>> = { 1: nameMetrics };

/** The same record in the version that this program writes, or as it is when it is of no version known here. */
export function migrate(value: unknown): unknown {
  let run = value;
  while (isFields(run)) {
    const version = run["schemaVersion"];
    const step = typeof version === "number" ? STEPS[version] : undefined;
    if (step === undefined || typeof version !== "number") break;
    run = { ...step(run), schemaVersion: version + 1 };
  }
  return run;
}

const SINGLE: Fields = { time: [STANDARD.time], cpu: [STANDARD.cpu], bytes: [STANDARD.bytes] };

/** Until version 2 the metrics of a scenario followed from its factor, unless it measured a single thing. */
function nameMetrics(run: Fields): Fields {
  const scenarios = run["scenarios"];
  if (!Array.isArray(scenarios)) return run;
  return {
    ...run,
    scenarios: scenarios.map((scenario: unknown) => {
      if (!isFields(scenario)) return scenario;
      const { measures, ...rest } = scenario;
      const byFactor =
        rest["factor"] === "depth" ? [STANDARD.time] : [STANDARD.throughput, STANDARD.cpu, STANDARD.p50, STANDARD.p99];
      return { ...rest, metrics: typeof measures === "string" ? SINGLE[measures] : byFactor };
    }),
  };
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
