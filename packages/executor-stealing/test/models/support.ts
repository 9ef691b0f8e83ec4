// What the models have in common: how they are explored, and how an operation is changed to see that a model notices.
import {
  type ErrorKind,
  explore,
  exploreRandom,
  type ExploreOptions,
  InterleavingError,
  type Model,
  type Options,
  type RandomOptions,
  report,
} from "@pollab/interleave";
import { expect } from "vitest";
import type { Words } from "../../src/memory/words.ts";

/** Timeouts are for threads that die; a wake-up that only a timeout makes up for is lost. */
const defaults: ExploreOptions = { timeouts: "never" };

/** Explores a model, says how far, and expects that nothing goes wrong under the bound. */
export function expectCorrect(model: Model, options: ExploreOptions): void {
  const explored = explore(model, { ...defaults, ...options });
  console.log(report(explored));
  expect(explored.complete).toBe(true);
}

/** Runs a model that is too large for more on some schedules. */
export function expectCorrectByChance(model: Model, options: RandomOptions): void {
  const explored = exploreRandom(model, { timeouts: "never", ...options });
  console.log(report(explored));
  expect(explored.schedules).toBe(options.schedules);
}

/** Explores a model in which an operation was changed, and expects that this is noticed. */
export function expectNoticed(
  model: Model,
  mutation: Mutation,
  options: ExploreOptions,
  kinds: readonly ErrorKind[],
): void {
  try {
    explore(model, { ...defaults, ...options, atomics: mutation });
  } catch (error) {
    if (!(error instanceof InterleavingError)) throw error;
    // A mistake in the model would be noticed just as well.
    if (error.cause instanceof TypeError || error.cause instanceof ReferenceError) throw error;
    expect(kinds, error.message).toContain(error.kind);
    return;
  }
  throw new Error("The mutation was not noticed.");
}

/** Puts another `Atomics` in place of the one that checks. */
export type Mutation = NonNullable<Options["atomics"]>;

type Atomic = "compareExchange" | "store" | "load" | "notify" | "add" | "sub" | "exchange" | "and" | "or" | "xor";

/** Does something else instead of one operation on the word of that name. */
export function instead(
  operation: Atomic,
  word: string,
  change: (checked: typeof Atomics, view: Words, index: number, first: number, second: number) => number,
): Mutation {
  return (checked, nameOf) => {
    const original = checked[operation] as (view: Words, index: number, first?: number, second?: number) => number;
    return {
      ...checked,
      [operation]: (view: Words, index: number, first: number, second: number) =>
        nameOf(view, index) === word
          ? change(checked, view, index, first, second)
          : original(view, index, first, second),
    };
  };
}

/** No notification on that word arrives. */
export function withoutNotify(word: string): Mutation {
  return instead("notify", word, () => 0);
}

/** A compareExchange on that word is a load, a comparison and a store. */
export function tornCompareExchange(word: string): Mutation {
  return instead("compareExchange", word, (checked, view, index, expected, value) => {
    const seen = checked.load(view, index);
    if (seen === expected) checked.store(view, index, value);
    return seen;
  });
}

/** What two lists have in common, and what they have twice: nothing, if each of `expected` is there once. */
export function expectEachOnce(values: readonly number[], expected: readonly number[]): void {
  const sorted = values.toSorted((left, right) => left - right);
  if (sorted.join() !== expected.join()) throw new Error(`expected ${expected.join()}, got ${sorted.join()}`);
}
