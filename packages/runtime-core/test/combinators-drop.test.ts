import { describe, test } from "vitest";
import {
  andThen,
  capture,
  inspect,
  join,
  joinAll,
  joinBiased,
  joinSettled,
  map,
  mapErr,
  maybeDone,
  orElse,
  race,
  raceOk,
  retry,
  select,
  selectBiased,
  shared,
  when,
} from "../src/combinators/index.ts";
import { asyncFn, type Future, lazy, pollFn, unconstrained } from "../src/future/index.ts";
import { FuturesOrdered, FuturesUnordered } from "../src/group/index.ts";
import { expectDroppableEverywhere, type Leaf } from "./support/drop-everywhere.ts";

/** A future of one leaf, which completes or fails. */
const ofOne: Record<string, (leaf: Leaf) => Future<unknown>> = {
  map: (leaf) => map(leaf, (n) => n + 1),
  mapErr: (leaf) => mapErr(leaf, String),
  inspect: (leaf) => inspect(leaf, () => {}),
  capture,
  maybeDone,
  shared,
  unconstrained,
  andThen: (leaf) => andThen(leaf, () => lazy(() => 1)),
  orElse: (leaf) => orElse(leaf, () => lazy(() => 1)),
  "else of a select": (leaf) => select({ disabled: false, else: leaf }),
  "FuturesUnordered.next": (leaf) => owning(new FuturesUnordered<unknown>([leaf])),
  "FuturesOrdered.next": (leaf) => owning(new FuturesOrdered<unknown>([leaf])),
};

/** A future of three leaves, which all have to complete for it. */
const ofAll: Record<string, (leaves: Leaf[]) => Future<unknown>> = {
  join: (leaves) => join(...leaves),
  joinBiased: (leaves) => joinBiased(...leaves),
  joinSettled: (leaves) => joinSettled(...leaves),
  joinAll,
  "joinAll of many": (leaves) => joinAll([...leaves, ...Array.from({ length: 40 }, () => lazy(() => 1))]),
  raceOk: (leaves) => raceOk(leaves.map((leaf) => map(leaf, () => raise(new Error("lost"))))),
  "select with patterns": ([a, b, c]) =>
    select({ a: when(a, never), b: when(b, never), c: when(c, never), else: lazy(() => 1) }),
};

/** A future of three leaves that is ready when one of them is. */
const ofFirst: Record<string, (leaves: Leaf[]) => Future<unknown>> = {
  race,
  raceOk,
  select: ([a, b, c]) => select({ a, b: when(b, () => true), c, else: lazy(() => 1) }),
  selectBiased: ([a, b, c]) => selectBiased({ a, b, c }),
};

const permutationsOfThree = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];

describe("dropped behind any of its polls, before and after the next wake, releases everything once:", () => {
  for (const [name, make] of Object.entries(ofOne)) {
    test(`${name} of a future that completes or fails`, () => {
      expectDroppableEverywhere(({ leaf }) => {
        const only = leaf();
        return { future: make(only), events: [() => only.complete(1)] };
      });
      expectDroppableEverywhere(({ leaf }) => {
        const only = leaf();
        return { future: make(only), events: [() => only.fail(new Error("failed"))] };
      });
    });
  }

  for (const [name, make] of Object.entries(ofAll)) {
    test(`${name} of three that complete in any order`, () => {
      for (const order of permutationsOfThree) {
        expectDroppableEverywhere(({ leaf }) => {
          const leaves = [leaf(), leaf(), leaf()];
          return { future: make(leaves), events: order.map((i) => () => leaves[i].complete(1)) };
        });
      }
    });
  }

  for (const [name, make] of Object.entries({ ...ofAll, ...ofFirst })) {
    if (["joinSettled", "raceOk"].includes(name)) continue;
    test(`${name} of three of which one fails`, () => {
      for (const failing of [0, 1, 2]) {
        expectDroppableEverywhere(({ leaf }) => {
          const leaves = [leaf(), leaf(), leaf()];
          return { future: make(leaves), events: [() => leaves[failing].fail(new Error("failed"))] };
        });
      }
    });
  }

  for (const [name, make] of Object.entries(ofFirst)) {
    test(`${name} of three of which one completes`, () => {
      for (const winner of [0, 1, 2]) {
        expectDroppableEverywhere(({ leaf }) => {
          const leaves = [leaf(), leaf(), leaf()];
          return { future: make(leaves), events: [() => leaves[winner].complete(1)] };
        });
      }
    });
  }

  test("andThen, orElse and a coroutine, one future after another", () => {
    expectDroppableEverywhere(({ leaf }) => {
      const made: Leaf[] = [leaf()];
      const another = (): Leaf => {
        const next = leaf();
        made.push(next);
        return next;
      };
      const twoMore = asyncFn(function* () {
        yield* another();
        yield* another();
      });
      return {
        future: andThen(orElse(andThen(made[0], another), another), twoMore),
        events: [
          () => made[0].complete(1),
          () => made[1].fail(new Error("failed")),
          () => made[2].complete(1),
          () => made[3].complete(1),
          () => made[4].complete(1),
        ],
      };
    });
  });

  test("retry, in its attempts and in the waits between", () => {
    expectDroppableEverywhere(({ runtime, leaf }) => {
      let current: Leaf | null = null;
      const failAttempt = (): void => current?.fail(new Error("failed"));
      const passTime = (): void => {
        runtime.clock.advance(1000);
        runtime.timers.fire();
      };
      return {
        future: retry(() => (current = leaf()), { attempts: 3, delayMs: 100 }),
        events: [failAttempt, passTime, failAttempt, passTime, () => current?.complete(1)],
      };
    });
  });
});

/** Waits for an item of the group, and drops the group with itself. */
function owning(group: FuturesUnordered<unknown> | FuturesOrdered<unknown>): Future<unknown> {
  return Object.assign(
    pollFn((cx) => group.pollNext(cx)),
    { drop: () => group.drop() },
  );
}

function raise(error: Error): never {
  throw error;
}

function never(): boolean {
  return false;
}
