import { CurrentThread } from "@pollab/executor-single";
import { joinAll } from "@pollab/runtime-core/combinators";
import { asyncFn, type Future, yieldNow } from "@pollab/runtime-core/future";
import { FuturesUnordered } from "@pollab/runtime-core/group";
import { End } from "@pollab/runtime-core/stream";
import { JoinSet } from "@pollab/runtime-core/task";
import { run } from "../../micro/harness.ts";
import { joinSum } from "../../micro/coroutine/join-sum.ts";

const runtime = new CurrentThread();

/** Waits for one turn. */
const work = asyncFn(function* (value: number) {
  yield* yieldNow();
  return value;
});

const inJoinSet = asyncFn(function* (count: number) {
  const set = new JoinSet<number>();
  for (let i = 0; i < count; i++) set.spawn(work(i));
  let sum = 0;
  for (let next = yield* set.joinNext(); next !== null; next = yield* set.joinNext()) {
    if (!next.ok) throw next.error;
    sum += next.value;
  }
  return sum;
});

const inJoinAll = asyncFn(function* (count: number) {
  const values = yield* joinAll(Array.from({ length: count }, (_, i) => work(i)));
  return values.reduce((sum, value) => sum + value, 0);
});

const inUnordered = asyncFn(function* (count: number) {
  const group = new FuturesUnordered(Array.from({ length: count }, (_, i) => work(i)));
  let sum = 0;
  for (let value = yield* group.next(); value !== End; value = yield* group.next()) sum += value;
  return sum;
});

/** By the scenario's levels. */
const WAYS: readonly ((count: number) => Future<number>)[] = [
  (count) => joinSum(count, work),
  inJoinAll,
  inJoinSet,
  inUnordered,
];

await run((way, operations) => {
  const body = WAYS[way - 1];
  if (body === undefined) throw new RangeError(`there is no way ${way}`);
  return runtime.blockOn(body(operations));
});
