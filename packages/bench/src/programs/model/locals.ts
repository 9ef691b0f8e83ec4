// Functions with so many locals that live across a wait: nobody would write a hundred of them by hand, so they are generated.
import type { Future, Suspension } from "@pollab/runtime-core/future";
import { runInThisContext } from "node:vm";

/** Small integers: what is counted is their places, not boxes around them. */
const declared = (count: number): string =>
  Array.from({ length: count }, (_, i) => `let v${i} = (seed + ${i}) & 1023;`).join(" ");
const summed = (count: number): string => Array.from({ length: count }, (_, i) => `v${i}`).join(" + ");

/** Makes `count` locals, waits, and uses all of them. The result is handed to `finish`. */
interface Parts {
  readonly head: string;
  readonly wait: string;
}

function compile(count: number, { head, wait }: Parts): unknown {
  return runInThisContext(`(${head} { ${declared(count)} ${wait}; finish(${summed(count)}); })`);
}

type Finish = (sum: number) => void;

/** As the body of a coroutine that waits for what it is given. */
type Body = (seed: number, gate: Future<void>, finish: Finish) => Generator<Suspension, void, unknown>;

/** As a coroutine's body. */
export function generatorWith(count: number): Body {
  return compile(count, { head: "function* (seed, gate, finish)", wait: "yield* gate" }) as Body;
}

/** As an async function that awaits what it is given. */
export function asyncWith(count: number): (seed: number, gate: Promise<void>, finish: Finish) => Promise<void> {
  const made = compile(count, { head: "async function (seed, gate, finish)", wait: "await gate" });
  return made as (seed: number, gate: Promise<void>, finish: Finish) => Promise<void>;
}

/**
 * The same compiled for ES2015, which has no async functions: a generator, and the function that TypeScript emits to drive it with
 * promises.
 */
export function downLevelledWith(count: number): (seed: number, gate: Promise<void>, finish: Finish) => Promise<void> {
  const made: unknown = runInThisContext(`((awaiter) => function (seed, gate, finish) {
    return awaiter(this, void 0, void 0, function* () { ${declared(count)} yield gate; finish(${summed(count)}); });
  })(function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
      function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
      function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
      function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
      step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
  })`);
  return made as (seed: number, gate: Promise<void>, finish: Finish) => Promise<void>;
}

/** As an object with so many fields, and a method that adds them up. */
export function fieldsWith(count: number): new (seed: number) => { sum(): number } {
  const fields = Array.from({ length: count }, (_, i) => `this.v${i} = (seed + ${i}) & 1023;`).join(" ");
  const sum = Array.from({ length: count }, (_, i) => `this.v${i}`).join(" + ");
  const made: unknown = runInThisContext(`(class { constructor(seed) { ${fields} } sum() { return ${sum}; } })`);
  return made as new (seed: number) => { sum(): number };
}
