import fc from "fast-check";
import { expect, test } from "vitest";
import { asyncFn, type Context, Pending, type Poll, type Waker, yieldNow } from "../src/future/index.ts";
import { End, iter, peekable, type Source, Stream, stream } from "../src/stream/index.ts";
import { Probe } from "./support/probe.ts";

/** Gives its items, and waits where it is told to. */
class Halting implements Source<number> {
  drops = 0;
  ended = false;
  waker: Waker | null = null;
  private readonly script: (number | "wait")[];

  constructor(script: readonly (number | "wait")[]) {
    this.script = [...script];
  }

  pollNext(cx: Context): Poll<number | End> {
    if (this.ended || this.drops > 0) throw new Error("polled after its end");
    const [step] = this.script;
    if (step === "wait") {
      this.waker = cx.waker;
      return Pending;
    }
    this.script.shift();
    if (step !== undefined) return step;
    this.ended = true;
    return End;
  }

  /** What it waits for happens. */
  goOn(): void {
    this.script.shift();
    const { waker } = this;
    this.waker = null;
    waker?.wake();
  }

  drop(): void {
    if (this.ended) return;
    this.drops++;
    this.waker = null;
  }
}

/** An adapter, and what it does to the items as an array. */
interface Step {
  readonly adapt: (items: Stream<number>) => Stream<number>;
  readonly model: (items: number[]) => number[];
}

const sum = (items: readonly number[]): number => items.reduce((a, b) => a + b, 0);

function inChunks(items: readonly number[], size: number): number[][] {
  const chunks: number[][] = [];
  for (let i = 0; i < items.length; i += size) chunks.push(items.slice(i, i + size));
  return chunks;
}

function before(items: number[], isOut: (item: number) => boolean): number[] {
  const index = items.findIndex(isOut);
  return index < 0 ? items : items.slice(0, index);
}

function runningTotals(items: readonly number[]): number[] {
  let total = 0;
  return items.map((item) => (total += item));
}

/** One more than `item`, after as many turns as its last two bits say. */
const slowly = asyncFn(function* (item: number) {
  for (let turns = item & 3; turns > 0; turns--) yield* yieldNow();
  return item + 1;
});

function copied(items: Stream<number>): Stream<number> {
  return stream(function* () {
    using owned = items;
    for (let item = yield* owned.next(); item !== End; item = yield* owned.next()) yield item;
  });
}

const increment = (items: number[]): number[] => items.map((item) => item + 1);
const same = (items: number[]): number[] => items;

const steps = {
  map: () => ({ adapt: (s) => s.map((n) => n * 2), model: (a) => a.map((n) => n * 2) }),
  inspect: () => ({ adapt: (s) => s.inspect(() => {}), model: same }),
  fuse: () => ({ adapt: (s) => s.fuse(), model: same }),
  stream: () => ({ adapt: copied, model: same }),
  peekable: () => ({ adapt: (s) => peekable(s), model: same }),
  enumerate: () => ({ adapt: (s) => s.enumerate().map(sum), model: (a) => a.map((n, i) => n + i) }),
  scan: () => ({ adapt: (s) => s.scan(0, (total, n) => total + n), model: runningTotals }),
  filter: (n) => ({ adapt: (s) => s.filter((x) => x % 3 !== n), model: (a) => a.filter((x) => x % 3 !== n) }),
  filterMap: (n) => ({
    adapt: (s) => s.filterMap((x) => (x % 4 === n ? undefined : x + n)),
    model: (a) => a.filter((x) => x % 4 !== n).map((x) => x + n),
  }),
  take: (n) => ({ adapt: (s) => s.take(n), model: (a) => a.slice(0, n) }),
  skip: (n) => ({ adapt: (s) => s.skip(n), model: (a) => a.slice(n) }),
  takeWhile: (n) => ({ adapt: (s) => s.takeWhile((x) => x % 7 !== n), model: (a) => before(a, (x) => x % 7 === n) }),
  skipWhile: (n) => ({
    adapt: (s) => s.skipWhile((x) => x % 7 !== n),
    model: (a) => a.slice(before(a, (x) => x % 7 === n).length),
  }),
  zip: (n) => ({
    adapt: (s) => s.zip(iter([1, 2, 3, 4, 5, 6].slice(n))).map(sum),
    model: (a) => a.slice(0, 6 - n).map((x, i) => x + i + n + 1),
  }),
  chain: (n) => ({ adapt: (s) => s.chain(iter([n, n + 1])), model: (a) => [...a, n, n + 1] }),
  chunks: (n) => ({ adapt: (s) => s.chunks(n + 1).map(sum), model: (a) => inChunks(a, n + 1).map(sum) }),
  flatten: (n) => ({
    adapt: (s) => s.map((x) => iter(Array.from({ length: n }, (_, i) => x + i))).flatten(),
    model: (a) => a.flatMap((x) => Array.from({ length: n }, (_, i) => x + i)),
  }),
  readyChunks: (n) => ({
    adapt: (s) =>
      s
        .readyChunks(n + 1)
        .map(iter)
        .flatten(),
    model: same,
  }),
  andThen: () => ({ adapt: (s) => s.andThen(slowly), model: increment }),
  buffered: (n) => ({ adapt: (s) => s.map(slowly).buffered(n + 1), model: increment }),
} satisfies Record<string, (n: number) => Step>;

const step: fc.Arbitrary<Step & { name: string }> = fc
  .tuple(fc.constantFrom(...(Object.keys(steps) as (keyof typeof steps)[])), fc.nat({ max: 4 }))
  .map(([name, n]) => ({ name: `${name} ${n}`, ...steps[name](n) }));

const script = fc.array(fc.oneof(fc.nat({ max: 20 }), fc.constant("wait" as const)), { maxLength: 24 });

/** Gives `probe` its turns until it is ready; what waits is woken exactly when its source goes on. */
function runToEnd<T>(probe: Probe<T>, source: Halting, maxPolls = Infinity): Poll<T> {
  for (let polls = 0; polls < maxPolls; polls++) {
    const { wakes } = probe;
    const result = probe.poll();
    if (result !== Pending) return result;
    if (probe.wakes > wakes) continue;
    expect(source.waker, "a stream that waits is waited for").not.toBe(null);
    source.goOn();
    expect(probe.wakes).toBe(wakes + 1);
  }
  return Pending;
}

test("any pipeline of adapters gives what the same steps make of an array", () => {
  fc.assert(
    fc.property(script, fc.array(step, { minLength: 1, maxLength: 5 }), (items, pipeline) => {
      const source = new Halting(items);
      const adapted = pipeline.reduce((s, { adapt }) => adapt(s), Stream.from(source));
      const expected = pipeline.reduce(
        (a, { model }) => model(a),
        items.filter((item) => item !== "wait"),
      );
      const collected = new Probe(adapted.collect());
      expect(runToEnd(collected, source)).toEqual(expected);
    }),
  );
});

/** Without the step that owns its source only once it has begun. */
const owningStep = step.filter(({ name }) => !name.startsWith("stream"));

test("any pipeline that is dropped behind any of its polls, the last included, drops its source once and keeps no waker", () => {
  fc.assert(
    fc.property(script, fc.array(owningStep, { minLength: 1, maxLength: 5 }), fc.nat(60), (items, pipeline, polls) => {
      const source = new Halting(items);
      const collected = new Probe(pipeline.reduce((s, { adapt }) => adapt(s), Stream.from(source)).collect());
      runToEnd(collected, source, polls);
      collected.drop();
      collected.drop();
      expect(source.drops).toBe(source.ended ? 0 : 1);
      expect(source.waker).toBe(null);
      const { wakes } = collected;
      source.goOn();
      expect(collected.wakes).toBe(wakes);
    }),
  );
});

test("bufferUnordered and merge give the items of an array in some order", () => {
  fc.assert(
    fc.property(script, script, fc.integer({ min: 1, max: 4 }), (left, right, limit) => {
      const sources = [new Halting(left), new Halting(right)] as const;
      const [first, second] = sources.map((source) => Stream.from(source).map(slowly).bufferUnordered(limit));
      const probe = new Probe(first.merge(second).collect());
      let result = probe.poll();
      for (let wakes = 0; result === Pending; result = probe.poll()) {
        if (probe.wakes === wakes) sources.find(({ waker }) => waker !== null)?.goOn();
        expect(probe.wakes).toBeGreaterThan(wakes);
        wakes = probe.wakes;
      }
      const ascending = (a: number, b: number): number => a - b;
      const given = [...left, ...right].filter((item) => item !== "wait");
      expect(result.toSorted(ascending)).toEqual(increment(given).toSorted(ascending));
    }),
  );
});
