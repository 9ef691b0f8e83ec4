import { describe, expect, test } from "vitest";
import { asyncFn, Pending, pending, PolledAfterCompletionError, pollFn, ready, yieldNow } from "../src/future/index.ts";
import { HandDriven } from "./support/bench-stand.ts";

describe("the small futures", () => {
  test("ready is ready once", () => {
    const runtime = new HandDriven();
    const future = ready("x");
    expect(runtime.poll(future)).toBe("x");
    expect(() => runtime.poll(future)).toThrow(PolledAfterCompletionError);
  });

  test("pending never is, and is never woken", () => {
    const runtime = new HandDriven();
    expect(runtime.poll(pending())).toBe(Pending);
    expect(runtime.waker.wakes).toBe(0);
  });

  test("pollFn calls its function once per poll, until it is ready, throws or is dropped", () => {
    const runtime = new HandDriven();
    let calls = 0;
    const counted = pollFn(() => (++calls === 2 ? "two" : Pending));
    expect([runtime.poll(counted), runtime.poll(counted), calls]).toEqual([Pending, "two", 2]);
    expect(() => runtime.poll(counted)).toThrow(PolledAfterCompletionError);
    const dropped = pollFn(() => 1);
    dropped.drop();
    expect(() => runtime.poll(dropped)).toThrow(PolledAfterCompletionError);
    const failing = pollFn(() => {
      throw new Error("no");
    });
    expect(() => runtime.poll(failing)).toThrow("no");
    expect(() => runtime.poll(failing)).toThrow(PolledAfterCompletionError);
  });

  test("yieldNow wakes its task once and lets every other woken task run first", () => {
    const runtime = new HandDriven();
    const log: string[] = [];
    const worker = asyncFn(function* (name: string) {
      for (let i = 0; i < 2; i++) {
        log.push(`${name}${i}`);
        yield* yieldNow();
      }
    });
    runtime.spawn(worker("a"));
    runtime.spawn(worker("b"));
    runtime.settle();
    expect(log).toEqual(["a0", "b0", "a1", "b1"]);
    expect(runtime.scheduled).toBe(6);
  });

  test("using drops a future at the end of the block", () => {
    let drops = 0;
    {
      const future = pending();
      future.drop = () => void drops++;
      using held = future;
      expect(held).toBe(future);
    }
    expect(drops).toBe(1);
  });
});
