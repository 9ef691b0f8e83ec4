import { describe, expect, test } from "vitest";
import { asyncFn, Pending, pending, PolledAfterCompletionError, ready, yieldNow } from "../src/future/index.ts";
import { join } from "../src/combinators/index.ts";
import { spawn, TaskLocal, TaskLocalUnsetError } from "../src/task/index.ts";
import { HandDriven } from "./support/bench-stand.ts";

describe("a task-local", () => {
  test("has its value in everything that its scope polls, across awaits, and nowhere else", () => {
    const runtime = new HandDriven();
    const user = new TaskLocal<string>();
    const inner = asyncFn(function* () {
      yield* yieldNow();
      return user.get();
    });
    const outer = asyncFn(function* () {
      const before = user.tryGet();
      const scoped = yield* user.scope("ada", inner());
      return [before, scoped, user.tryGet()];
    });
    const task = runtime.spawn(outer());
    runtime.settle();
    expect(task.take()).toEqual([undefined, "ada", undefined]);
    expect(() => user.get()).toThrow(TaskLocalUnsetError);
  });

  test("of an inner scope hides the outer one, and different ones do not meet", () => {
    const runtime = new HandDriven();
    const [a, b] = [new TaskLocal<number>(), new TaskLocal<number>()];
    const read = asyncFn(function* () {
      yield* yieldNow();
      return [a.tryGet(), b.tryGet()];
    });
    const both = asyncFn(function* () {
      const inside = yield* a.scope(3, read());
      return [inside, yield* read()];
    });
    const task = runtime.spawn(a.scope(1, b.scope(2, both())));
    runtime.settle();
    expect(task.take()).toEqual([
      [3, 2],
      [1, 2],
    ]);
  });

  test("of scopes that wait side by side is the own one in each", () => {
    const runtime = new HandDriven();
    const local = new TaskLocal<number>();
    const read = asyncFn(function* () {
      const values: number[] = [];
      for (let i = 0; i < 3; i++) {
        values.push(local.get());
        yield* yieldNow();
      }
      return values;
    });
    const task = runtime.spawn(join(local.scope(1, read()), local.scope(2, read())));
    runtime.settle();
    expect(task.take()).toEqual([
      [1, 1, 1],
      [2, 2, 2],
    ]);
  });

  test("is not handed on to a task that is spawned within", () => {
    const runtime = new HandDriven();
    const local = new TaskLocal<number>();
    const read = asyncFn(function* () {
      yield* ready(0);
      return local.tryGet() ?? "unset";
    });
    const parent = asyncFn(function* () {
      return [yield* spawn(read()), yield* spawn(local.scope(local.get() + 1, read()))];
    });
    const task = runtime.spawn(local.scope(1, parent()));
    runtime.settle();
    expect(task.take()).toEqual(["unset", 2]);
  });

  test("has its value in the `finally` blocks of a scope that is dropped", () => {
    const runtime = new HandDriven();
    const local = new TaskLocal<string>();
    const seen: unknown[] = [];
    const scoped = local.scope(
      "still here",
      asyncFn(function* () {
        try {
          yield* pending();
        } finally {
          seen.push(local.get());
        }
      })(),
    );
    expect(runtime.poll(scoped)).toBe(Pending);
    scoped.drop();
    scoped.drop();
    expect([seen, local.tryGet()]).toEqual([["still here"], undefined]);
    expect(() => runtime.poll(scoped)).toThrow(PolledAfterCompletionError);
  });

  test("loses its value when the scope fails", () => {
    const runtime = new HandDriven();
    const local = new TaskLocal<number>();
    const scoped = local.scope(
      1,
      asyncFn(function* () {
        yield* ready(0);
        throw new Error(`failed with ${local.get()}`);
      })(),
    );
    expect(() => runtime.poll(scoped)).toThrow("failed with 1");
    expect(local.tryGet()).toBe(undefined);
    expect(() => runtime.poll(scoped)).toThrow(PolledAfterCompletionError);
  });

  test("can be set for a synchronous call, and may hold undefined", () => {
    const local = new TaskLocal<number | undefined>();
    expect(local.syncScope(2, () => local.syncScope(undefined, () => local.get()))).toBe(undefined);
    expect(() =>
      local.syncScope(1, () => {
        throw new Error("in the call");
      }),
    ).toThrow("in the call");
    expect(() => local.get()).toThrow(/scope\(value, future\)/);
  });
});
