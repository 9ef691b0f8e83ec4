// B9: joining many futures within one task is cheaper than a task for each.
import type { Claim } from "../claim.ts";
import { atMost } from "../predicates.ts";
import { BOOK } from "./sources.ts";

const SCENARIO = "join-many";
const [SPAWNED, JOIN_ALL, JOIN_SET, UNORDERED] = [1, 2, 3, 4];
const COMPARED = [
  { contender: "coroutine", from: SPAWNED, to: JOIN_ALL },
  { contender: "coroutine", from: SPAWNED, to: UNORDERED },
  { contender: "coroutine", from: JOIN_SET, to: JOIN_ALL },
  { contender: "tokio", from: SPAWNED, to: JOIN_ALL },
  { contender: "tokio", from: JOIN_SET, to: JOIN_ALL },
];

export const b9: Claim = {
  id: "B9",
  source: `${BOOK}, ch. 9`,
  statement: "Waiting for many futures within one task is cheaper than spawning each of them and awaiting the handles.",
  predicate:
    "Ten thousand operations that each wait for one turn take less time in a joinAll and in a FuturesUnordered than as spawned tasks, and " +
    "less in a joinAll than in a JoinSet: by at least 5 %. In Rust a joinAll and no FuturesUnordered, as tokio has none. (Promises are " +
    "measured beside: they start where they are made, so that awaiting each and Promise.all differ in who waits alone.)",
  minimumEffect: 0.05,
  needs: [
    {
      ...{ scenario: SCENARIO, contenders: ["coroutine"] },
      quick: { levels: [SPAWNED, JOIN_ALL] },
    },
    {
      scenario: SCENARIO,
      contenders: ["tokio"],
      levels: [SPAWNED, JOIN_ALL, JOIN_SET],
      quick: { levels: [SPAWNED, JOIN_ALL] },
    },
    {
      scenario: SCENARIO,
      contenders: ["native-async"],
      levels: [SPAWNED, JOIN_ALL],
      quick: "left out",
      unpaired: true,
    },
  ],
  judge: (evidence) => COMPARED.map((ways) => atMost(evidence.growth({ scenario: SCENARIO, ...ways }), 1)),
};
