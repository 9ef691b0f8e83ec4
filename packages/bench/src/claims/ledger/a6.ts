// A6: asynchronous code compiles more slowly.
import type { Claim } from "../claim.ts";
import { atLeast } from "../predicates.ts";
import { BOOK } from "./sources.ts";

const SCENARIO = "compile";
const BASELINE = "direct-call";
const STYLES = ["native-async", "coroutine", "hand-written", "down-levelled"];

export const a6: Claim = {
  id: "A6",
  source: `${BOOK}, ch. 1`,
  statement: "Asynchronous code takes a compiler longer.",
  predicate:
    "Checking and emitting a module of two thousand functions (a thousand in a quick run) takes the TypeScript compiler, less what it takes for one, at least 5 % more time when they are async " +
    "functions, coroutines, state machines written by hand, or async functions taken apart for ES2015, than when they are plain ones; and " +
    "each emits at least 5 % more code.",
  minimumEffect: 0.05,
  needs: [
    {
      ...{ scenario: SCENARIO, contenders: [BASELINE, ...STYLES], levels: [2000] },
      quick: { contenders: [BASELINE, "native-async", "coroutine"], levels: [1000] },
    },
  ],
  judge: (evidence) =>
    evidence.levels(SCENARIO).flatMap((level) =>
      STYLES.flatMap((contender) => {
        const pair = { scenario: SCENARIO, contender, baseline: BASELINE, level };
        return [atLeast(evidence.ratio(pair), 1), atLeast(evidence.ratio({ ...pair, metric: "outputBytes" }), 1)];
      }),
    ),
};
