// The final states that an exploration reaches are exactly those that a program has, as a naive interpreter finds them by
// trying every thread at every step. Programs are drawn at random, always the same ones.
import { describe, expect, it } from "vitest";
import { explore, exploreRandom, type Model } from "../src/index.ts";

type Step =
  | { readonly name: "load"; readonly word: number }
  | { readonly name: "store" | "add" | "exchange"; readonly word: number; readonly value: number }
  | { readonly name: "compareExchange"; readonly word: number; readonly expected: number; readonly value: number };

/** Steps by thread. */
type Program = readonly (readonly Step[])[];

const words = 2;

describe("for random programs", () => {
  const programs = Array.from({ length: 150 }, (_, seed) => programOf(seed + 1));

  it("the final states without a bound are those of the naive enumerator", () => {
    for (const program of programs) {
      expect([...explored(program, Infinity, "states")].sort()).toEqual([...enumerate(program)].sort());
    }
  });

  it("the final states are the same without reduction, under every bound", () => {
    const larger = Array.from({ length: 150 }, (_, seed) => programOf(seed + 1, 3, 4));
    for (const program of [...programs, ...larger]) {
      for (const preemptions of [0, 1, 2]) {
        const reduced = explored(program, preemptions, "states");
        expect([...reduced].sort()).toEqual([...explored(program, preemptions, "none")].sort());
      }
    }
  });

  it("random schedules reach nothing else", () => {
    for (const choice of ["uniform", "priorities"] as const) {
      for (const program of programs.slice(0, 30)) {
        const reached = new Set<string>();
        exploreRandom(modelOf(program, reached), { schedules: 50, seed: 1, choice });
        expect([...reached].filter((state) => !enumerate(program).has(state))).toEqual([]);
      }
    }
  });
});

function explored(program: Program, preemptions: number, reduction: "states" | "none"): Set<string> {
  const reached = new Set<string>();
  expect(explore(modelOf(program, reached), { preemptions, reduction }).complete).toBe(true);
  return reached;
}

function modelOf(program: Program, reached: Set<string>): Model {
  return {
    name: JSON.stringify(program),
    setup(memory) {
      const shared = memory.int32Array("word", words);
      const bodies = program.map((steps, id) => [`thread ${id}`, () => steps.map((step) => perform(shared, step))]);
      return {
        threads: Object.fromEntries(bodies),
        check: (results) => reached.add(JSON.stringify([Array.from(shared), Object.values(results)])),
      };
    },
  };
}

function perform(shared: Int32Array, step: Step): number {
  switch (step.name) {
    case "load":
      return Atomics.load(shared, step.word);
    case "compareExchange":
      return Atomics.compareExchange(shared, step.word, step.expected, step.value);
    default:
      return Atomics[step.name](shared, step.word, step.value);
  }
}

/** Shares nothing with the checker, and not with `perform` either. */
function enumerate(program: Program): Set<string> {
  const final = new Set<string>();
  const visit = (memory: readonly number[], results: readonly (readonly number[])[]): void => {
    let isFinal = true;
    program.forEach((steps, thread) => {
      const step = steps[results[thread]?.length ?? 0];
      if (step === undefined) return;
      isFinal = false;
      const before = memory[step.word] ?? 0;
      let after = before;
      if (step.name === "store" || step.name === "exchange") after = step.value;
      if (step.name === "add") after = before + step.value;
      if (step.name === "compareExchange" && before === step.expected) after = step.value;
      const result = step.name === "store" ? step.value : before;
      visit(
        memory.with(step.word, after),
        results.map((own, id) => (id === thread ? [...own, result] : own)),
      );
    });
    if (isFinal) final.add(JSON.stringify([memory, results]));
  };
  visit(
    Array.from({ length: words }, () => 0),
    program.map(() => []),
  );
  return final;
}

/** Of two threads or three, with up to `most` operations each. */
function programOf(seed: number, threads = 2 + (seed % 2), most = threads === 2 ? 4 : 2): Program {
  let state = seed;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >>> 12) % limit;
  };
  const step = (): Step => {
    const word = below(words);
    const value = below(3);
    const names = ["load", "store", "add", "exchange", "compareExchange"] as const;
    const name = names[below(names.length)] ?? "load";
    if (name === "load") return { name, word };
    return name === "compareExchange" ? { name, word, expected: below(3), value } : { name, word, value };
  };
  return Array.from({ length: threads }, () => Array.from({ length: 1 + below(most) }, step));
}
