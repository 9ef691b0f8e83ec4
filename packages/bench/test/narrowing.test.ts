import { describe, expect, it } from "vitest";
import { parseArguments } from "../src/cli/arguments.ts";
import { narrowed, NARROWING_FLAGS } from "../src/cli/narrowing.ts";
import { allOf, type Wanted } from "../src/runner/plan.ts";
import { scenarios } from "../src/scenarios/index.ts";

function all(name: string): Wanted {
  const scenario = scenarios.find((each) => each.name === name);
  if (scenario === undefined) throw new Error(`there is no ${name}`);
  return allOf(scenario, "quick");
}

/** What is left, by scenario: contenders and levels. */
function left(names: readonly string[], ...words: string[]): unknown {
  const wanted = narrowed(names.map(all), parseArguments(words, NARROWING_FLAGS));
  return wanted.map(({ scenario, contenders, levels, repeated }) => [scenario.name, [...contenders], levels, repeated]);
}

describe("less than all of a scenario", () => {
  it("is all of it where nothing is named", () => {
    const echo = all("echo");
    expect(narrowed([echo], parseArguments([], NARROWING_FLAGS))).toEqual([echo]);
  });

  it("is some contenders, one of which is observed twice", () => {
    expect(left(["await-resume"], "--contender", "native-async", "--contender", "hand-written")).toEqual([
      ["await-resume", ["native-async", "hand-written"], all("await-resume").levels, "native-async"],
    ]);
  });

  it("is some levels, also such as a quick run has not, ascending", () => {
    const [echo] = [all("echo")];
    expect(echo.levels).not.toContain(256);
    expect(narrowed([echo], parseArguments(["--level", "256", "--level", "1"], NARROWING_FLAGS))).toEqual([
      { ...echo, levels: [1, 256] },
    ]);
  });

  it("is nothing of a scenario that has none of them", () => {
    expect(left(["echo", "file-read"], "--contender", "c-epoll", "--level", "64")).toEqual([
      ["echo", ["c-epoll"], [64], "c-epoll"],
    ]);
  });
});
