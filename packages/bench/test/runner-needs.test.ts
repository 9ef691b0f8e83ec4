import { availableParallelism } from "node:os";
import { describe, expect, it } from "vitest";
import type { Claim, Need } from "../src/claims/index.ts";
import { ledger } from "../src/claims/index.ts";
import { twoCores } from "../src/claims/gates.ts";
import { contenders } from "../src/contenders/index.ts";
import { describePlan } from "../src/cli/progress.ts";
import { expectedMs } from "../src/runner/expected-time.ts";
import { claimsMould, mouldOf } from "../src/runner/mould.ts";
import { neededBy } from "../src/runner/needs.ts";
import { parseRun } from "../src/record/validate.ts";
import { makeRun } from "../src/runner/run.ts";
import { select } from "../src/runner/plan.ts";
import { Schedule } from "../src/runner/schedule.ts";
import { scenarios } from "../src/scenarios/index.ts";

const claim = (needs: readonly Need[], gate?: Claim["gate"]): Claim => ({
  ...{ id: "X1", source: "", statement: "", predicate: "", minimumEffect: 0, needs },
  ...(gate === undefined ? {} : { gate }),
  judge: () => [],
});
const cellsOf = (...claims: Claim[]): string[] =>
  select(neededBy(claims, scenarios, "full").wanted).cells.map(
    ({ scenario, contender, level }) => `${scenario.name} ${contender.name} ${level}`,
  );

describe("what claims need", () => {
  it("is observed once, whoever shares it, and with the twin that tells the noise", () => {
    const one = claim([{ scenario: "resume", contenders: ["coroutine"], levels: [1, 10] }]);
    const other = claim([{ scenario: "resume", contenders: ["native-async"], levels: [10, 100] }]);
    expect(cellsOf(one, other, one)).toEqual([
      ...[10, 100].map((level) => `resume native-async ${level}`),
      // Wherever anybody is compared the noise has to be known.
      ...["coroutine", "coroutine (twin)"].flatMap((name) => [1, 10, 100].map((level) => `resume ${name} ${level}`)),
    ]);
  });

  it("is nobody at a level that only others are needed at", () => {
    const few = claim([{ scenario: "timers-held", contenders: ["threads"], levels: [10], unpaired: true }]);
    const many = claim([{ scenario: "timers-held", contenders: ["coroutine"], levels: [1000] }]);
    expect(cellsOf(few, many)).toEqual(
      ["timers-held coroutine 1000", "timers-held coroutine (twin) 1000", "timers-held threads 10"].toSorted((a, b) =>
        a.includes("threads") ? -1 : b.includes("threads") ? 1 : 0,
      ),
    );
  });

  it("has a twin made for it where the scenario has none among those that are needed", () => {
    const cells = cellsOf(claim([{ scenario: "resume", contenders: ["hand-written"], levels: [1] }]));
    expect(cells).toEqual(["resume hand-written 1", "resume hand-written (twin) 1"]);
    const { cells: made } = select(
      neededBy([claim([{ scenario: "echo", contenders: ["blocking"], levels: [1] }])], scenarios, "full").wanted,
    );
    expect(made.map(({ contender }) => [contender.name, contender.twinOf])).toEqual([
      ["blocking", undefined],
      ["blocking (twin)", "blocking"],
    ]);
    expect(made[0]?.entrant).toBe(made[1]?.entrant);
  });

  it("has no twin where no noise floor applies, unless another claim has to know it", () => {
    const need = { scenario: "resume", contenders: ["coroutine"], levels: [1] };
    const exact = claim([{ ...need, unpaired: true }]);
    expect(cellsOf(exact)).toEqual(["resume coroutine 1"]);
    expect(cellsOf(exact, claim([need]))).toEqual(["resume coroutine 1", "resume coroutine (twin) 1"]);
    expect(cellsOf(claim([{ ...need, contenders: ["hand-written"], unpaired: true }]))).toEqual([
      "resume hand-written 1",
    ]);
  });

  it("is the quick levels of the scenario among its own in a quick run, unless it names others", () => {
    const levels = (need: Need): readonly number[] | undefined =>
      neededBy([claim([need])], scenarios, "quick").wanted[0]?.levels;
    expect(levels({ scenario: "echo" })).toEqual([1, 8, 64]);
    expect(levels({ scenario: "echo", levels: [8, 16] })).toEqual([8]);
    expect(levels({ scenario: "echo", levels: [16, 2] })).toEqual([2, 16]);
    expect(levels({ scenario: "echo", quick: { levels: [4] } })).toEqual([4]);
  });

  it("is in a quick run what the need declares for one, or nothing", () => {
    const need = { scenario: "resume", contenders: ["native-async", "coroutine"], levels: [1, 100] };
    const lesser = claim([{ ...need, quick: { contenders: ["coroutine"], levels: [1] } }]);
    const none = claim([{ ...need, quick: "left out" }]);
    const cells = (mode: "quick" | "default", ...claims: Claim[]): string[] =>
      select(neededBy(claims, scenarios, mode).wanted).cells.map(
        ({ contender, level }) => `${contender.name} ${level}`,
      );
    expect(cells("quick", lesser)).toEqual(["coroutine 1", "coroutine (twin) 1"]);
    expect(cells("quick", none)).toEqual([]);
    expect(cells("default", lesser)).toEqual(cells("default", none));
    expect(cells("default", lesser)).toHaveLength(6);
  });

  it("is skipped with the reason where the machine lacks what the claim asks for", () => {
    const needs = [{ scenario: "resume", contenders: ["coroutine"] }];
    const { wanted, skipped } = neededBy([claim(needs, () => "no second core")], scenarios, "full");
    expect(skipped).toEqual([{ scenario: "resume", contender: "coroutine", reason: "no second core" }]);
    expect(select(wanted).cells).toEqual([]);
  });

  it("must exist", () => {
    expect(() => neededBy([claim([{ scenario: "nothing" }])], scenarios, "full")).toThrow(/needs the scenario nothing/);
    expect(() => neededBy([claim([{ scenario: "echo", contenders: ["effect"] }])], scenarios, "full")).toThrow(
      /needs effect in echo, where it takes no part/,
    );
  });

  it("exists for every claim of the ledger, in every mode", () => {
    for (const mode of ["quick", "default", "full"] as const)
      expect(neededBy(ledger, scenarios, mode).wanted).not.toEqual([]);
  });
});

describe("the ledger", () => {
  it("names each claim once, with all that a reader wants to know", () => {
    const ids = ledger.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id, source, statement, predicate, needs } of ledger) {
      expect(id).toMatch(/^[A-G]\d+$/);
      expect(source).not.toBe("");
      expect(statement).toMatch(/\.\)?$/);
      expect(predicate).toMatch(/\.\)?$/);
      expect(needs).not.toEqual([]);
    }
  });

  it("asks for two processors where work is shared out among threads", () => {
    const gated = ledger.flatMap(({ id, gate }) => (gate === undefined ? [] : ([[id, gate]] as const)));
    expect(gated).toEqual([
      ["A8", twoCores],
      ["D1", twoCores],
    ]);
    const cores = availableParallelism();
    expect(twoCores()).toEqual(cores >= 2 ? undefined : expect.stringContaining("a second processor"));
  });

  it("keeps the order of the register", () => {
    const keys = ledger.map(({ id }) => id.charCodeAt(0) * 1000 + Number(id.slice(1)));
    expect(keys).toEqual(keys.toSorted((a, b) => a - b));
  });
});

describe("the registries", () => {
  it("record a twin that could not run either, so that the record names whoever it skips", async () => {
    const [scenario] = scenarios.filter(({ name }) => name === "resume");
    if (scenario === undefined) throw new Error("there is such a scenario");
    const unable = { ...scenario, needs: [() => "nothing works here"] };
    const run = await makeRun({
      wanted: [{ scenario: unable, contenders: new Set(["hand-written"]), levels: [1], repeated: "hand-written" }],
      ...{ mode: "quick", seed: 1, signal: new AbortController().signal, onProgress: () => {} },
      mould: claimsMould("quick", { rounds: 1 }),
    });
    expect(run.skipped.map(({ contender }) => contender)).toEqual(["hand-written", "hand-written (twin)"]);
    expect(parseRun(JSON.stringify(run))).toEqual(run);
  });

  it("know every contender that takes part in a scenario, and name each scenario once", () => {
    const known = new Set(contenders.map(({ name }) => name));
    for (const { name, entrants } of scenarios) {
      expect([
        name,
        ...Object.keys(entrants).filter((contender) => !known.has(contender.replace(/ \(twin\)$/, ""))),
      ]).toEqual([name]);
    }
    const names = scenarios.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it("give a name to every level of a category", () => {
    for (const { levels, levelNames } of scenarios) expect(levelNames?.length ?? levels.length).toBe(levels.length);
  });
});

describe("the time of a run", () => {
  it("allows a round that will end in time as long as rounds took so far, and cuts one off that does not", () => {
    let now = 0;
    const schedule = new Schedule(100, () => now);
    const round = (ms: number): void => {
      const end = schedule.beginRound();
      now += ms;
      end();
    };
    expect(schedule.allowsRound()).toBe(true);
    round(30);
    round(20);
    expect([schedule.allowsRound(), schedule.allowsBlock()]).toEqual([true, true]);
    now = 71;
    expect([schedule.allowsRound(), schedule.allowsBlock()]).toEqual([false, true]);
    now = 101;
    expect(schedule.allowsBlock()).toBe(false);
  });

  it("is limited for the headline and for claims, unless the rounds are given", () => {
    const headline = scenarios.filter(({ group }) => group === "headline");
    expect(mouldOf("default", headline).limitMs).toBeLessThanOrEqual(180_000);
    expect(mouldOf("default", scenarios).limitMs).toBe(Infinity);
    expect(mouldOf("default", headline, 9)).toMatchObject({ rounds: 9, limitMs: Infinity });
    expect(claimsMould("quick").limitMs).toBeLessThanOrEqual(180_000);
    // Twice in an hour.
    expect(claimsMould("full").limitMs).toBeLessThanOrEqual(1_800_000);
    expect(claimsMould("full", { rounds: 2 })).toMatchObject({ rounds: 2, limitMs: Infinity });
    expect(claimsMould("quick", { minutes: 5 })).toMatchObject({ rounds: 30, limitMs: 300_000 });
  });

  it("is told before it begins, by rule of thumb", () => {
    const [scenario] = scenarios.filter(({ name }) => name === "resume");
    if (scenario === undefined) throw new Error("there is such a scenario");
    const { cells } = select([{ scenario, contenders: new Set(["coroutine"]), levels: [1, 10] }]);
    const { budget } = claimsMould("quick");
    expect(expectedMs([...cells, ...cells], budget)).toBe(2 * expectedMs(cells, budget));
    expect(expectedMs(cells, claimsMould("full").budget)).toBeGreaterThan(expectedMs(cells, budget));
    const plan = { observationsPerRound: 200, expectedRoundMs: 50_000, limitMs: 170_000 };
    expect(describePlan({ ...plan, rounds: 3 })).toBe(
      "200 observations a round, 3 rounds: about 2 min 30 s, if nothing else runs",
    );
    expect(describePlan({ ...plan, rounds: 30 })).toBe(
      "200 observations a round, as many of 30 rounds as end within 2 min 50 s: about 3, if nothing else runs",
    );
    expect(describePlan({ ...plan, rounds: 1 })).toMatch(/^200 observations a round, 1 round: about 50 s/);
  });
});
