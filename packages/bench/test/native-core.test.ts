import { expect, it } from "vitest";
import { noSanitizers, run, sanitized } from "./native-programs.ts";

const testNative = sanitized("test-native");

it("holds what the C checks of histogram, command line, positions and counters ask", async ({ skip }) => {
  if (testNative === undefined) return skip(noSanitizers);
  expect(await run(testNative)).toEqual({ code: 0, stdout: "", stderr: "" });
});

it("submits linked entries together, however full the queue is", async ({ skip }) => {
  if (testNative === undefined) return skip(noSanitizers);
  const { code, stderr } = await run(testNative, "ring");
  if (code === 77) return skip(stderr);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});
