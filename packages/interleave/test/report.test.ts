import { expect, it } from "vitest";
import { type Exploration, report } from "../src/index.ts";

const exploration: Exploration = {
  model: "queue",
  mode: "exhaustive",
  schedules: 1_234_567,
  cutShort: 12,
  preemptions: 2,
  complete: true,
  unbounded: false,
  longestSteps: 31,
  elapsedMs: 2345,
  executions: 2_000_000,
  seed: undefined,
};

it.each<[Partial<Exploration>, string]>([
  [{}, "queue: 1,234,567 schedules, all with at most 2 preemptions, 31 steps at most, 2.3 s"],
  [{ preemptions: 1 }, "queue: 1,234,567 schedules, all with at most 1 preemption, 31 steps at most, 2.3 s"],
  [{ complete: false }, "queue: 1,234,567 schedules, not all with at most 2 preemptions, 31 steps at most, 2.3 s"],
  [{ schedules: 1, unbounded: true }, "queue: 1 schedule, all there are, 31 steps at most, 2.3 s"],
  [
    { schedules: 500, mode: "priorities", complete: false, seed: 7 },
    "queue: 500 schedules, by chance (priorities, seed 7), 31 steps at most, 2.3 s",
  ],
])("an exploration with %o is reported in one line", (part, line) => {
  expect(report({ ...exploration, ...part })).toBe(line);
});
