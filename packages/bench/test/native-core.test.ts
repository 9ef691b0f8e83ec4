import { expect, it } from "vitest";
import { noSanitizers, run, sanitized } from "./native-programs.ts";

const testNative = sanitized("test-native");

it("holds what the C checks of histogram, command line, positions and counters ask", async ({ skip }) => {
  if (testNative === undefined) return skip(noSanitizers);
  expect(await run(testNative)).toEqual({ code: 0, stdout: "", stderr: "" });
});
