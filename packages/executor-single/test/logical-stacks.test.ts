import { asyncFn, yieldNow } from "@pollab/runtime-core/future";
import { JoinSet, LocalSet, spawn } from "@pollab/runtime-core/task";
import { logicalStacks } from "@pollab/runtime-core/trace";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CurrentThread } from "../src/index.ts";

const fails = asyncFn(function* fails() {
  yield* yieldNow();
  throw new Error("no");
});

/** The error that ended the task, as the task that joins it sees it. */
function causeOf(body: () => unknown): Error {
  try {
    body();
  } catch (error) {
    return (error as Error).cause as Error;
  }
  throw new Error("nothing was thrown");
}

const limit = Error.stackTraceLimit;

beforeEach(() => {
  logicalStacks.enable();
});
afterEach(() => {
  logicalStacks.disable();
  Error.stackTraceLimit = limit;
});

describe("with logical stacks, a task that fails names the one who spawned it, and not the runtime", () => {
  const runtime = new CurrentThread();

  test("by spawn", () => {
    const spawns = asyncFn(function* spawns() {
      yield* spawn(fails());
    });
    expect(causeOf(() => runtime.blockOn(spawns())).stack).toMatch(
      /\n {4}at spawn spawns \(.*logical-stacks\.test\.ts:\d+/,
    );
  });

  test("by a JoinSet", () => {
    const collects = asyncFn(function* collects() {
      const set = new JoinSet<never>();
      set.spawn(fails());
      yield* set.joinAll();
    });
    expect(causeOf(() => runtime.blockOn(collects())).stack).toMatch(/\n {4}at spawn collects \(/);
  });

  test("by a LocalSet", () => {
    const local = new LocalSet();
    const keeps = asyncFn(function* keeps() {
      yield* local.spawnLocal(fails());
    });
    expect(causeOf(() => runtime.blockOn(local.runUntil(keeps()))).stack).toMatch(/\n {4}at spawn keeps \(/);
  });

  test("by the runtime itself, from outside", () => {
    function begins(): unknown {
      const handle = runtime.spawn(fails());
      return runtime.blockOn(handle);
    }
    expect(causeOf(begins).stack).toMatch(/\n {4}at spawn begins \(/);
  });
});

test("with logical stacks, who calls blockOn is on the stack once", () => {
  Error.stackTraceLimit = 50;
  const runtime = new CurrentThread();
  function main(): unknown {
    return runtime.blockOn(fails());
  }
  let stack = "";
  try {
    main();
  } catch (error) {
    stack = (error as Error).stack ?? "";
  }
  expect(stack.match(/\bmain \(/g)).toHaveLength(1);
});
