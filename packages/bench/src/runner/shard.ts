// A run that is split over machines. What is compared stays together: all contenders of a scenario at a level are in one shard, so that no
// ratio has its two sides on different machines. Which shard that is follows from the seed alone, so every machine finds the same.
import type { ShardRecord } from "../record/run.ts";
import { randomFor, shuffled } from "../statistics/index.ts";
import type { Wanted } from "./plan.ts";

/** What one shard is to observe; empty where there are more shards than levels of scenarios. The seed has to be the same for all. */
export function shardOf(wanted: readonly Wanted[], { index, count }: ShardRecord, seed: number): Wanted[] {
  const parts = wanted
    .flatMap(({ scenario, levels }) => levels.map((level) => JSON.stringify([scenario.name, level])))
    .toSorted();
  const order = new Map(shuffled(parts, randomFor(seed, "shards")).map((part, position) => [part, position]));
  return wanted.flatMap((each) => {
    const levels = each.levels.filter(
      (level) => (order.get(JSON.stringify([each.scenario.name, level])) ?? 0) % count === index - 1,
    );
    return levels.length === 0 ? [] : [{ ...each, levels }];
  });
}
