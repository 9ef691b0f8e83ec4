// What the tests of whole runtimes have in common.
import { afterAll, afterEach, expect } from "vitest";
import { StealingRuntime, type StealingOptions } from "../src/index.ts";

const modules = ["tasks", "coroutines", "task-sets"].map((name) => new URL(`./fixtures/${name}.ts`, import.meta.url));

/** The module with the coroutines. */
export const coroutines: URL = new URL("./fixtures/coroutines.ts", import.meta.url);

const open: StealingRuntime[] = [];

afterEach(async () => {
  for (const runtime of open.splice(0)) await runtime.close();
});

/** A runtime that is closed after the test. It has two workers, and the fixtures as modules. */
export async function start(options: Partial<StealingOptions> = {}): Promise<StealingRuntime> {
  const runtime = await StealingRuntime.start({ workers: 2, modules, ...options });
  open.push(runtime);
  return runtime;
}

let common: Promise<StealingRuntime> | undefined;

afterAll(async () => {
  await (await common)?.close();
});

/** The one runtime of all tests of a file that ask for no other: starting its threads takes longer than most tests. */
export function shared(): Promise<StealingRuntime> {
  common ??= StealingRuntime.start({ workers: 2, modules });
  return common;
}

/** What a promise is rejected with. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("it did not fail");
}

/** Until everything that a runtime lent has been given back. */
export async function expectNothingLeft(runtime: StealingRuntime): Promise<void> {
  await expect.poll(() => runtime.metrics()).toMatchObject({ liveTasks: 0, records: 0, heapBytes: 0 });
}
