// What awaiting costs: without waiting (call) and with it (resume), below 1, 10 and 100 functions that await each other.
import { STANDARD } from "../record/metric.ts";
import { inSetting, javascript, withArguments } from "../runner/command.ts";
import { observeProgram } from "./self-measured.ts";
import type { Entrant, Scenario } from "./scenario.ts";

/** Steps of the machine, roughly, that one observation takes: operations times what one of them passes through. */
const STEPS = 1_000_000;

/** Enough calls for the compiler to be done, whatever their depth. */
const WARMUP = 10_000;

/** Contenders, and the style that each is written in. */
const STYLES = {
  "direct-call": "direct-call",
  "native-async": "native-async",
  coroutine: "coroutine",
  "coroutine (twin)": "coroutine",
  "hand-written": "hand-written",
};

const { "direct-call": _cannotWait, ...STYLES_THAT_WAIT } = STYLES;

function awaitScenario(
  phase: "call" | "resume",
  about: Pick<Scenario, "name" | "isolates" | "operation">,
  styles: Readonly<Record<string, string>>,
  operations: (style: string, depth: number) => number,
): Scenario {
  const entrants: Record<string, Entrant> = {};
  for (const [contender, style] of Object.entries(styles)) {
    entrants[contender] = {
      command: (depth) => javascript("await-cost", style, phase, String(depth)),
      operations: (depth) => operations(style, depth),
      warmup: (depth) => Math.max(operations(style, depth) / 2, WARMUP),
    };
  }
  return {
    ...about,
    group: "headline",
    factor: "depth",
    levels: [1, 10, 100],
    quickLevels: [1, 100],
    metrics: [STANDARD.time],
    entrants,
    observe(entrant, level, setup) {
      const command = withArguments(entrant.command(level), entrant.operations(level), entrant.warmup(level));
      return observeProgram(inSetting(setup, command), setup.signal);
    },
  };
}

export const awaitCall: Scenario = awaitScenario(
  "call",
  {
    name: "await-call",
    isolates: "Calling and finishing a chain of functions that await each other, when nothing has to wait.",
    operation: "call of the whole chain",
  },
  STYLES,
  (_style, depth) => STEPS / depth,
);

export const awaitResume: Scenario = awaitScenario(
  "resume",
  {
    name: "await-resume",
    isolates: "Waiting once and going on, below so many functions that await each other.",
    operation: "wait",
  },
  STYLES_THAT_WAIT,
  // Only the machine written by hand is polled from the root.
  (style, depth) => (style === "hand-written" ? STEPS / depth : STEPS),
);
