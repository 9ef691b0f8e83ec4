// Reading the record of a run back in. Relies on schema/run.schema.json for the shape; what a schema cannot say (names that refer to
// each other, arrays of equal length) is checked here.
import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { ErrorObject, ValidateFunction } from "ajv/dist/2020.js";
import { migrate } from "./migrate.ts";
import type { LatencyHistogram, Run, ScenarioRecord } from "./run.ts";
import { RUN_SCHEMA_VERSION } from "./run.ts";

/** A text that is not a record of a run; the message says where and what was expected. */
export class InvalidRunError extends Error {
  override readonly name = "InvalidRunError";
}

/**
 * The run that `text` records; a record of an older version is brought to this one.
 *
 * @throws {InvalidRunError} when it is not JSON, of a version that is not known here, or of another shape.
 */
export function parseRun(text: string): Run {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InvalidRunError(
      `a run record is JSON, and this is not: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  value = migrate(value);
  refuseOtherVersions(value);
  const validate = runValidator();
  if (!validate(value)) throw new InvalidRunError(explain(validate.errors?.[0]));
  refuseDanglingNames(value);
  refuseShardBeyondCount(value);
  for (const [index, scenario] of value.scenarios.entries()) refuseUnnamedLevels(scenario, `/scenarios/${index}`);
  for (const [index, { latency }] of value.observations.entries()) {
    if (latency !== undefined) refuseUnevenHistogram(latency, `/observations/${index}/latency`);
  }
  return value;
}

let compiled: ValidateFunction<Run> | undefined;

/** Compiled at the first use: most commands never read a record. */
function runValidator(): ValidateFunction<Run> {
  if (compiled === undefined) {
    const schema: unknown = JSON.parse(readFileSync(new URL("../../schema/run.schema.json", import.meta.url), "utf8"));
    if (typeof schema !== "object" || schema === null) throw new TypeError("run.schema.json must be an object");
    compiled = new Ajv2020({ allowUnionTypes: true }).compile<Run>(schema);
  }
  return compiled;
}

function refuseOtherVersions(value: unknown): void {
  if (typeof value !== "object" || value === null || !("schemaVersion" in value)) return;
  const version = value.schemaVersion;
  if (version === RUN_SCHEMA_VERSION) return;
  throw new InvalidRunError(
    `the record has schemaVersion ${JSON.stringify(version)}, and this program reads versions 1 to ${RUN_SCHEMA_VERSION}: ` +
      "use the program that wrote the record, or measure again",
  );
}

function explain(error: ErrorObject | undefined): string {
  if (error === undefined) return "the record does not match run.schema.json";
  const place = error.instancePath === "" ? "the record" : error.instancePath;
  switch (error.keyword) {
    case "required":
      return `${place} lacks the field ${JSON.stringify(error.params["missingProperty"])}`;
    case "additionalProperties":
      return `${place} has a field that is not part of a run: ${JSON.stringify(error.params["additionalProperty"])}`;
    case "enum":
      return `${place} must be one of ${JSON.stringify(error.params["allowedValues"])}`;
    default:
      return `${place} ${error.message ?? "does not match run.schema.json"}`;
  }
}

function refuseDanglingNames({ scenarios, contenders, observations, skipped, failures }: Run): void {
  const scenarioNames = new Set(scenarios.map(({ name }) => name));
  const contenderNames = new Set(contenders.map(({ name }) => name));
  const refuse = (place: string, what: string, name: string): never => {
    throw new InvalidRunError(
      `${place} names the ${what} ${JSON.stringify(name)}, which the record does not list under "${what}s"`,
    );
  };
  for (const [index, { twinOf }] of contenders.entries()) {
    if (twinOf !== undefined && !contenderNames.has(twinOf)) refuse(`/contenders/${index}/twinOf`, "contender", twinOf);
  }
  for (const [list, entries] of Object.entries({ observations, skipped, failures })) {
    for (const [index, { scenario, contender }] of entries.entries()) {
      if (!scenarioNames.has(scenario)) refuse(`/${list}/${index}/scenario`, "scenario", scenario);
      if (!contenderNames.has(contender)) refuse(`/${list}/${index}/contender`, "contender", contender);
    }
  }
}

function refuseShardBeyondCount({ plan: { shard } }: Run): void {
  if (shard === undefined || shard.index <= shard.count) return;
  throw new InvalidRunError(`/plan/shard is number ${shard.index} of ${shard.count}: there are no more than these`);
}

function refuseUnnamedLevels({ levels, levelNames }: ScenarioRecord, place: string): void {
  if (levelNames === undefined || levelNames.length === levels.length) return;
  throw new InvalidRunError(
    `${place} has ${levelNames.length} names in "levelNames" and ${levels.length} levels: they must be equally many`,
  );
}

function refuseUnevenHistogram({ lowestNs, counts }: LatencyHistogram, place: string): void {
  if (lowestNs.length !== counts.length) {
    throw new InvalidRunError(
      `${place} has ${lowestNs.length} buckets in "lowestNs" and ${counts.length} in "counts": they must be equally many`,
    );
  }
  if (lowestNs.some((bound, index) => index > 0 && bound <= (lowestNs[index - 1] ?? 0))) {
    throw new InvalidRunError(`${place}/lowestNs must ascend`);
  }
}
