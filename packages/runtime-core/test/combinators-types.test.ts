import { describe, expectTypeOf, test } from "vitest";
import {
  andThen,
  byRef,
  capture,
  inspect,
  join,
  joinAll,
  joinSettled,
  map,
  maybeDone,
  orElse,
  type Outcome,
  race,
  retry,
  select,
  type Shared,
  shared,
  when,
} from "../src/combinators/index.ts";
import { type Future, lazy, pending, type Poll, ready } from "../src/future/index.ts";
import { FuturesUnordered } from "../src/group/index.ts";
import type { End } from "../src/stream/index.ts";

const n: Future<number> = ready(1);
const s: Future<string> = ready("s");
const rest: Future<string>[] = [s, s];
const maybe: Future<string | undefined> = ready<string | undefined>("s");
const isOpen: boolean = Math.random() < 2;

describe("the types follow from the arguments:", () => {
  test("join", () => {
    expectTypeOf(join(n, s)).toEqualTypeOf<Future<[number, string]>>();
    expectTypeOf(join()).toEqualTypeOf<Future<[]>>();
    expectTypeOf(join(n, ...rest)).toEqualTypeOf<Future<[number, ...string[]]>>();
    expectTypeOf(joinSettled(n, s)).toEqualTypeOf<Future<[Outcome<number>, Outcome<string>]>>();
    expectTypeOf(joinAll([n, n])).toEqualTypeOf<Future<number[]>>();
  });

  test("select", () => {
    type Won = { readonly branch: "a"; readonly value: number } | { readonly branch: "b"; readonly value: string };
    expectTypeOf(select({ a: n, b: s })).toEqualTypeOf<Future<Won>>();
    expectTypeOf(select({ a: isOpen && n, b: byRef(s) })).toEqualTypeOf<Future<Won>>();
    expectTypeOf(select({ a: n, b: when(maybe, (value) => value !== undefined) })).toEqualTypeOf<Future<Won>>();
    expectTypeOf(select({ a: n, else: s })).toEqualTypeOf<
      Future<{ readonly branch: "a"; readonly value: number } | { readonly branch: "else"; readonly value: string }>
    >();
    // @ts-expect-error A branch is a future.
    void (() => select({ a: 1 }));
  });

  test("adapters", () => {
    expectTypeOf(map(n, String)).toEqualTypeOf<Future<string>>();
    expectTypeOf(andThen(n, () => s)).toEqualTypeOf<Future<string>>();
    expectTypeOf(orElse(n, () => s)).toEqualTypeOf<Future<number | string>>();
    expectTypeOf(inspect(n, () => {})).toEqualTypeOf<Future<number>>();
    expectTypeOf(capture(n)).toEqualTypeOf<Future<Outcome<number>>>();
    expectTypeOf(lazy(() => 1)).toEqualTypeOf<Future<number>>();
    expectTypeOf(race([n, pending()])).toEqualTypeOf<Future<number>>();
    expectTypeOf(retry(() => n, { attempts: 1 })).toEqualTypeOf<Future<number>>();
    expectTypeOf(shared(n).clone()).toEqualTypeOf<Shared<number>>();
    expectTypeOf(maybeDone(n).takeOutput()).toEqualTypeOf<Poll<number>>();
  });

  test("groups", () => {
    expectTypeOf(new FuturesUnordered([n]).next()).toEqualTypeOf<Future<number | End>>();
    // @ts-expect-error The futures of a group are of one type.
    void (() => new FuturesUnordered([n]).push(s));
  });
});
