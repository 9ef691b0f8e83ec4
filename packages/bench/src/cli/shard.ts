// The option by which a run is split over machines: `--shard 2/6`, or `--shard auto` in an indexed Job of Kubernetes.
import type { ShardRecord } from "../record/run.ts";
import type { Wanted } from "../runner/plan.ts";
import { shardOf } from "../runner/shard.ts";
import type { Arguments, Flag } from "./arguments.ts";
import { UsageError } from "./usage-error.ts";

/** For commands that measure for a record. */
export const SHARD_FLAG: { readonly shard: Flag } = {
  shard: {
    type: "string",
    value: "I/N",
    help: 'that part of N alone, to be merged with the others; "auto" in an indexed Job (JOB_COMPLETION_INDEX, POLLAB_SHARDS)',
  },
};

/** What Kubernetes tells every pod of an indexed Job, from 0 on; and how many there are, which the Job has to say itself. */
const INDEX = "JOB_COMPLETION_INDEX";
const COUNT = "POLLAB_SHARDS";

const MOST = 1000;

/** @throws UsageError that names what was expected */
export function shardIn(
  args: Arguments,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ShardRecord | undefined {
  const text = args.text("shard", "I/N, such as 2/6, or auto");
  if (text === undefined) return undefined;
  if (!args.has("seed")) {
    throw new UsageError("--shard needs --seed: all shards of a run have the same, and what each has follows from it");
  }
  if (text === "auto") return fromJob(environment);
  const [, index, count] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  return shard(
    Number(index),
    Number(count),
    `--shard expects I/N with I from 1 to N, or auto, but was given "${text}"`,
  );
}

/** The part of what is wanted. @throws UsageError when there is nothing in it */
export function wantedIn(wanted: readonly Wanted[], part: ShardRecord | undefined, seed: number): readonly Wanted[] {
  if (part === undefined) return wanted;
  const own = shardOf(wanted, part, seed);
  if (own.length > 0) return own;
  const levels = wanted.reduce((sum, each) => sum + each.levels.length, 0);
  throw new UsageError(`there are only ${levels} parts to share out, so shard ${part.index} of ${part.count} has none`);
}

function fromJob(environment: Readonly<Record<string, string | undefined>>): ShardRecord {
  const [index, count] = [environment[INDEX], environment[COUNT]];
  const expected = `--shard auto expects ${INDEX}, from 0 on, as an indexed Job of Kubernetes has it, and ${COUNT}, how many there are`;
  if (index === undefined || count === undefined)
    throw new UsageError(`${expected}; ${index === undefined ? INDEX : COUNT} is not set`);
  const message = `${expected}, but they are "${index}" and "${count}"`;
  if (!/^\d+$/.test(index) || !/^\d+$/.test(count)) throw new UsageError(message);
  return shard(Number(index) + 1, Number(count), message);
}

function shard(index: number, count: number, message: string): ShardRecord {
  if (index >= 1 && index <= count && count <= MOST) return { index, count };
  throw new UsageError(message);
}
