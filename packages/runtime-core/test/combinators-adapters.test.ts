import { describe, expect, test } from "vitest";
import {
  andThen,
  byRef,
  capture,
  fuse,
  inspect,
  inspectErr,
  map,
  mapErr,
  maybeDone,
  orElse,
} from "../src/combinators/index.ts";
import { type Future, lazy, Pending, PolledAfterCompletionError, ready } from "../src/future/index.ts";
import { Controlled, HandDriven } from "./support/bench-stand.ts";

const failing = (message: string): Future<never> =>
  lazy(() => {
    throw new Error(message);
  });

describe("map and mapErr", () => {
  test("map transforms the value, and mapErr leaves it alone", () => {
    const runtime = new HandDriven();
    expect(runtime.poll(map(ready(2), (n) => `${n}!`))).toBe("2!");
    expect(runtime.poll(mapErr(ready(2), String))).toBe(2);
  });

  test("mapErr transforms the error, and map leaves it alone", () => {
    const runtime = new HandDriven();
    const explained = mapErr(failing("low"), (cause) => new Error("high", { cause }));
    expect(() => runtime.poll(explained)).toThrow("high");
    expect(() => runtime.poll(map(failing("low"), () => 1))).toThrow("low");
  });

  test("do nothing before they are polled, and nothing after they have ended", () => {
    const runtime = new HandDriven();
    let calls = 0;
    const counted = map(ready(1), () => ++calls);
    expect(calls).toBe(0);
    runtime.poll(counted);
    expect(() => runtime.poll(counted)).toThrow(PolledAfterCompletionError);
    expect(calls).toBe(1);
  });

  test("end with what their function throws", () => {
    const runtime = new HandDriven();
    const source = new Controlled<number>();
    const faulty = map(source, () => {
      throw new Error("faulty");
    });
    source.complete(1);
    expect(() => runtime.poll(faulty)).toThrow("faulty");
    expect(() => runtime.poll(faulty)).toThrow(PolledAfterCompletionError);
    faulty.drop();
    expect(source.drops).toBe(0);
  });

  test("drop a future that was never polled", () => {
    const source = new Controlled<number>();
    map(source, (n) => n).drop();
    expect([source.polls, source.drops]).toEqual([0, 1]);
  });
});

describe("inspect and inspectErr", () => {
  test("see what passes by and change nothing", () => {
    const runtime = new HandDriven();
    const seen: unknown[] = [];
    const error = new Error("no");
    expect(runtime.poll(inspect(ready(1), (value) => seen.push(value)))).toBe(1);
    expect(runtime.poll(inspectErr(ready(2), (value) => seen.push(value)))).toBe(2);
    const watched = inspectErr(
      inspect(
        mapErr(failing("low"), () => error),
        (value) => seen.push(value),
      ),
      (value) => seen.push(value),
    );
    expect(() => runtime.poll(watched)).toThrow(error);
    expect(seen).toEqual([1, error]);
  });
});

describe("andThen and orElse", () => {
  test("andThen runs the second with the value of the first", () => {
    const runtime = new HandDriven();
    const [first, second] = [new Controlled<number>(), new Controlled<string>()];
    const given: number[] = [];
    const both = andThen(first, (value) => {
      given.push(value);
      return second;
    });
    expect(runtime.poll(both)).toBe(Pending);
    expect(second.polls).toBe(0);
    first.complete(1);
    expect(runtime.poll(both)).toBe(Pending);
    second.complete("done");
    expect(runtime.poll(both)).toBe("done");
    expect([given, first.polls, second.polls]).toEqual([[1], 2, 2]);
    expect(() => runtime.poll(both)).toThrow(PolledAfterCompletionError);
  });

  test("andThen ends with the error of the first, of the second, or of its function", () => {
    const runtime = new HandDriven();
    const raise = (): never => {
      throw new Error("function");
    };
    for (const [future, message] of [
      [andThen(failing("first"), () => ready(1)), "first"],
      [andThen(ready(1), () => failing("second")), "second"],
      [andThen(ready(1), raise), "function"],
    ] as const) {
      expect(() => runtime.poll(future)).toThrow(message);
      expect(() => runtime.poll(future)).toThrow(PolledAfterCompletionError);
    }
  });

  test("orElse runs the second when the first fails, and only then", () => {
    const runtime = new HandDriven();
    expect(runtime.poll(orElse(failing("first"), (error) => ready((error as Error).message)))).toBe("first");
    expect(runtime.poll(orElse(ready(1), () => failing("second")))).toBe(1);
    expect(() => runtime.poll(orElse(failing("first"), () => failing("second")))).toThrow("second");
  });
});

describe("capture", () => {
  test("returns a value or an error, and waits as its future does", () => {
    const runtime = new HandDriven();
    const source = new Controlled<number>();
    const captured = capture(source);
    expect(runtime.poll(captured)).toBe(Pending);
    const error = new Error("no");
    source.fail(error);
    expect(runtime.poll(captured)).toEqual({ ok: false, error });
    expect(runtime.poll(capture(ready(1)))).toEqual({ ok: true, value: 1 });
  });
});

describe("byRef", () => {
  test("lends a future: dropping the loan leaves it alive", () => {
    const runtime = new HandDriven();
    const source = new Controlled<number>();
    const loan = byRef(source);
    expect(runtime.poll(loan)).toBe(Pending);
    loan.drop();
    expect(() => runtime.poll(loan)).toThrow(PolledAfterCompletionError);
    source.complete(1);
    expect(runtime.waker.wakes).toBe(1);
    expect(runtime.poll(byRef(source))).toBe(1);
    expect(source.drops).toBe(0);
  });

  test("ends when what it lends does", () => {
    const runtime = new HandDriven();
    const [value, error] = [byRef(ready(1)), byRef(failing("no"))];
    expect(runtime.poll(value)).toBe(1);
    expect(() => runtime.poll(error)).toThrow("no");
    for (const ended of [value, error]) expect(() => runtime.poll(ended)).toThrow(PolledAfterCompletionError);
  });
});

describe("fuse", () => {
  test("is Pending after its end, whichever that was, and wakes nobody", () => {
    const runtime = new HandDriven();
    const [returned, threw, dropped] = [fuse(ready(1)), fuse(failing("no")), fuse(ready(2))];
    expect([returned.isTerminated, runtime.poll(returned), returned.isTerminated]).toEqual([false, 1, true]);
    expect(() => runtime.poll(threw)).toThrow("no");
    dropped.drop();
    for (const ended of [returned, threw, dropped]) {
      expect(ended.isTerminated).toBe(true);
      expect(runtime.poll(ended)).toBe(Pending);
    }
    expect(runtime.waker.wakes).toBe(0);
  });

  test("drops its future once", () => {
    const source = new Controlled<number>();
    const fused = fuse(source);
    fused.drop();
    fused.drop();
    expect(source.drops).toBe(1);
  });
});

describe("maybeDone", () => {
  test("keeps the value until it is taken", () => {
    const runtime = new HandDriven();
    const source = new Controlled<string>();
    const kept = maybeDone(source);
    expect([runtime.poll(kept), kept.isDone, kept.takeOutput()]).toEqual([Pending, false, Pending]);
    source.complete("x");
    expect([runtime.poll(kept), runtime.poll(kept), kept.isDone]).toEqual([undefined, undefined, true]);
    expect([kept.takeOutput(), kept.takeOutput(), kept.isDone]).toEqual(["x", Pending, false]);
    expect(() => runtime.poll(kept)).toThrow(PolledAfterCompletionError);
    expect(source.polls).toBe(2);
  });

  test("also keeps undefined", () => {
    const runtime = new HandDriven();
    const kept = maybeDone(ready(undefined));
    runtime.poll(kept);
    expect([kept.isDone, kept.takeOutput()]).toEqual([true, undefined]);
  });

  test("forgets the value when it is dropped, and has none after an error", () => {
    const runtime = new HandDriven();
    const [dropped, failed] = [maybeDone(ready(1)), maybeDone(failing("no"))];
    runtime.poll(dropped);
    dropped.drop();
    expect(() => runtime.poll(failed)).toThrow("no");
    expect([dropped.takeOutput(), failed.takeOutput()]).toEqual([Pending, Pending]);
  });
});
