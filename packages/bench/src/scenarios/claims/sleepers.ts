// Sleeping tasks in several languages.
import { microScenario } from "../micro/micro-scenario.ts";
import type { Scenario } from "../scenario.ts";
import { commandsIn } from "./languages.ts";

const sleeping = microScenario({
  name: "sleeping",
  folder: "sleepers",
  isolates: "So many tasks that sleep at the same time: the most memory that their whole process has resident.",
  factor: "tasks",
  levels: [1, 10_000, 100_000],
  quickLevels: [100_000],
  operation: "task",
  metrics: [{ id: "maxRss", label: "peak resident memory", unit: "bytes", better: "lower" }],
  operations: (level) => level,
  result: (_level, operations) => operations,
  contenders: ["native-async", "coroutine", "coroutine (twin)", "effect", "tokio"],
});

const others = commandsIn({
  ...{ javascript: "sleepers/native-async/sleeping", python: "sleeping" },
  ...{ go: "sleeping", java: "Sleeping" },
});

export const sleepers: readonly Scenario[] = [
  {
    ...sleeping,
    entrants: {
      ...sleeping.entrants,
      ...Object.fromEntries(
        Object.entries(others).map(([name, command]) => [
          name,
          { command, operations: (level: number) => level, warmup: () => 0 },
        ]),
      ),
    },
    async observe(entrant, level, setup) {
      const measured = await sleeping.observe(entrant, level, setup);
      const { maxRssBytes } = measured.process ?? {};
      return maxRssBytes === undefined ? measured : { ...measured, counters: { maxRss: maxRssBytes } };
    },
  },
];
