// What one cell of a run is called outside of this program: in comments, histories and the files of other tools. The name is what ties
// the figures of one commit to those of the next, so it must not change.
import type { ScenarioRecord } from "./run.ts";

/** Such as "echo/single+uring/connections=64", or with the name of a level where levels are categories. */
export function placeName(
  scenario: Pick<ScenarioRecord, "name" | "factor" | "levels" | "levelNames">,
  contender: string,
  level: number,
): string {
  return `${scenario.name}/${contender}/${scenario.factor}=${levelName(scenario, level)}`;
}

/** What a level stands for, or its number. */
export function levelName(
  { levels, levelNames }: Pick<ScenarioRecord, "levels" | "levelNames">,
  level: number,
): string {
  return levelNames?.[levels.indexOf(level)] ?? String(level);
}
