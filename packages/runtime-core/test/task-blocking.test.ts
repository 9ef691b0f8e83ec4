import { describe, expect, expectTypeOf, test } from "vitest";
import { asyncFn, type Future, Pending, PolledAfterCompletionError } from "../src/future/index.ts";
import { type BlockingCall, blockingFn, type BlockingPool, type JoinHandle, spawnBlocking } from "../src/task/index.ts";
import { Controlled, HandDriven } from "./support/bench-stand.ts";

/** A pool whose calls a test ends by hand. */
class HandPool implements BlockingPool {
  readonly isBusy = false;
  readonly calls: BlockingCall[] = [];
  readonly results: Controlled<unknown>[] = [];
  call(call: BlockingCall): Future<unknown> {
    this.calls.push(call);
    const result = new Controlled<unknown>();
    this.results.push(result);
    return result;
  }
  attach(): void {}
  collect(): void {}
  close(): boolean {
    return true;
  }
}

class WithPool extends HandDriven {
  readonly blocking: HandPool = new HandPool();
}

type Hash = (text: string, rounds: number) => Promise<Uint8Array>;

describe("a blocking function", () => {
  test("makes its call when its future is first polled, and hands on the result", () => {
    const runtime = new WithPool();
    const hash = blockingFn<Hash>("file:///hash.js", "hash");
    const call = hash("text", 3);
    expect(runtime.blocking.calls).toEqual([]);
    expect([runtime.poll(call), runtime.poll(call)]).toEqual([Pending, Pending]);
    expect(runtime.blocking.calls).toEqual([{ moduleUrl: "file:///hash.js", exportName: "hash", args: ["text", 3] }]);
    runtime.blocking.results[0].complete("digest");
    expect([runtime.waker.wakes, runtime.poll(call)]).toEqual([1, "digest"]);
    expect(() => runtime.poll(call)).toThrow(PolledAfterCompletionError);
    call.drop();
    expect(runtime.blocking.results[0].drops).toBe(0);
  });

  test("dropped, drops the call, and none that was not made", () => {
    const runtime = new WithPool();
    const hash = blockingFn<Hash>("file:///hash.js", "hash");
    const [waiting, fresh] = [hash("a", 1), hash("b", 1)];
    runtime.poll(waiting);
    for (const call of [waiting, waiting, fresh]) call.drop();
    expect(runtime.blocking.results.map((result) => result.drops)).toEqual([1]);
    expect(() => runtime.poll(fresh)).toThrow(PolledAfterCompletionError);
    expect(runtime.blocking.calls).toHaveLength(1);
  });

  test("has the types of the function that it stands for, with its promise awaited", () => {
    expectTypeOf(blockingFn<Hash>("", "")).toEqualTypeOf<(text: string, rounds: number) => Future<Uint8Array>>();
    expectTypeOf(spawnBlocking<Hash>).returns.toEqualTypeOf<JoinHandle<Uint8Array>>();
  });

  test("on a runtime without threads says what is missing", () => {
    expect(() => new HandDriven().poll(blockingFn<Hash>("", "")("a", 1))).toThrow(/give it a blocking pool/);
  });
});

describe("spawnBlocking", () => {
  test("starts the call as a task of the caller's runtime", () => {
    const runtime = new WithPool();
    const task = runtime.spawn(
      asyncFn(function* () {
        return yield* spawnBlocking<Hash>("file:///hash.js", "hash", "text", 3);
      })(),
    );
    runtime.settle();
    expect(runtime.blocking.calls[0].args).toEqual(["text", 3]);
    runtime.blocking.results[0].complete("digest");
    runtime.settle();
    expect(task.take()).toBe("digest");
  });

  test("outside of a runtime is refused", () => {
    expect(() => spawnBlocking<Hash>("", "", "a", 1)).toThrow(/no runtime here/);
  });
});
