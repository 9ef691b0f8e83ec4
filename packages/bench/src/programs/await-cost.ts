// The process of the await scenarios: `await-cost STYLE call|resume DEPTH OPERATIONS WARMUP`.
import type { Style } from "./await/style.ts";
import { measure, print } from "./self-measured.ts";
import { warmUp } from "./steady.ts";

/** The warm-up that is asked for is done in so many parts, and goes on until it is steady. */
const BATCHES = 10;
const WARMUP_MS = 50;

const [name = "", phase = "", ...numbers] = process.argv.slice(2);
const [depth = 0, operations = 0, warmup = 0] = numbers.map(Number);
const run = select(await load(), phase);

const { passMs: _, ...ended } = await warmUp(() => checked(Math.ceil(warmup / BATCHES)), WARMUP_MS, BATCHES);
print({ ...(await measure(operations, () => checked(operations))), warmup: ended });

async function load(): Promise<Style> {
  switch (name) {
    case "direct-call":
      return (await import("./await/direct-call.ts")).style;
    case "native-async":
      return (await import("./await/native-async.ts")).style;
    case "coroutine":
      return (await import("./await/coroutine.ts")).style;
    case "hand-written":
      return (await import("./await/hand-written.ts")).style;
    default:
      throw new Error(`await-cost expects direct-call, native-async, coroutine or hand-written, but was given ${name}`);
  }
}

function select(style: Style, wanted: string): NonNullable<Style["resume"]> {
  const found = wanted === "call" ? style.call : wanted === "resume" ? style.resume : undefined;
  if (found === undefined) throw new Error(`await-cost: ${name} has no phase ${wanted}`);
  return found;
}

/** Runs, and checks that every operation was really performed. */
function checked(count: number): Promise<void> | void {
  const expected = phase === "call" ? (count * (count - 1)) / 2 : count;
  const result = run(depth, count);
  if (typeof result === "number") return check(result, expected);
  return result.then((value) => check(value, expected));
}

function check(result: number, expected: number): void {
  if (result !== expected) throw new Error(`${name} ${phase} returned ${result} where ${expected} was expected`);
}
