import { expect, test } from "vitest";
import type { TaskHandle } from "../src/index.ts";
import { oddNames, throwsOdd } from "./fixtures/odd-errors.ts";
import { expectNothingLeft, failureOf, start } from "./support.ts";

const module = new URL("./fixtures/odd-errors.ts", import.meta.url);

/** What is left of it on the other side. */
const messages: Readonly<Record<string, RegExp>> = {
  null: /: null$/,
  undefined: /: undefined$/,
  symbol: /: Symbol\(s\)$/,
  "frozen error": /: frozen$/,
  "cause of itself": /: circular$/,
  "graph of errors": /: graph$/,
  "object without a description": /: \(what has no description\)$/,
  "getters that throw": /: undefined$/,
  "proxy that refuses everything": /: \(what has no description\)$/,
  "error with parts of other types": /: \[object Object\]$/,
  "message beyond the heap": /: x{16384}…$/,
};

test("a task that throws something odd fails alone, and its worker goes on", async () => {
  const lost: Error[] = [];
  const runtime = await start({ modules: [module], heapBytes: 2 ** 20, onLost: (error) => lost.push(error) });
  const outcomes = async (handleOf: (which: number) => TaskHandle<void>): Promise<Record<string, unknown>> => {
    const entries = oddNames.map(async (name, which) => [name, await failureOf(handleOf(which).result())] as const);
    return Object.fromEntries(await Promise.all(entries));
  };
  const expected = Object.fromEntries(
    oddNames.map((name) => [
      name,
      expect.objectContaining({
        name: "JoinError",
        reason: "failed",
        message: expect.stringMatching(messages[name] ?? /^$/),
      }),
    ]),
  );
  expect(await outcomes((which) => runtime.spawn(throwsOdd, { which }))).toEqual(expected);
  expect(await outcomes((which) => runtime.spawnPinned(module, "throwsOddLater", [which]))).toEqual(expected);
  expect(lost).toEqual([]);
  await expectNothingLeft(runtime);
});
