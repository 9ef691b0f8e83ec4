import { run } from "../../micro/harness.ts";

function chain(depth: number, value: number): number {
  return depth === 1 ? value : chain(depth - 1, value);
}

await run((depth, operations) => {
  let sum = 0;
  for (let i = 0; i < operations; i++) sum += chain(depth, i);
  return sum;
});
