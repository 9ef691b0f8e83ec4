// Every function is given what to do with its result, and makes such a function of its own for the one that it calls.
import { run } from "../../micro/harness.ts";

function chain(depth: number, value: number, done: (value: number) => void): void {
  if (depth === 1) done(value);
  else chain(depth - 1, value, (result) => done(result));
}

await run((depth, operations) => {
  let sum = 0;
  for (let i = 0; i < operations; i++) chain(depth, i, (value) => (sum += value));
  return sum;
});
