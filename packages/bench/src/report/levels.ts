// How a level of a scenario is called.
import { counted } from "../claims/index.ts";
import type { ScenarioRecord } from "../record/run.ts";

/** Its name where the factor is a category, and its number elsewhere. */
export function levelName({ levels, levelNames }: ScenarioRecord, level: number): string {
  return levelNames?.[levels.indexOf(level)] ?? String(level);
}

/** As it goes on after "at" or alone: "64 connections", "depth 10", "bounded to 1000". */
export function levelPhrase(scenario: ScenarioRecord, level: number): string {
  const { factor, levelNames } = scenario;
  if (levelNames !== undefined) return levelName(scenario, level);
  if (factor === "depth") return `depth ${level}`;
  return counted(level, factor);
}

/** Whether the levels are amounts along which a line can be drawn. */
export function isLine({ levels, levelNames }: ScenarioRecord): boolean {
  return levelNames === undefined && levels.length > 1;
}
