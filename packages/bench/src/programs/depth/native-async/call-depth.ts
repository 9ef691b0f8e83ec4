import { run } from "../../micro/harness.ts";

async function chain(depth: number, value: number): Promise<number> {
  return depth === 1 ? value : await chain(depth - 1, value);
}

await run(async (depth, operations) => {
  let sum = 0;
  for (let i = 0; i < operations; i++) sum += await chain(depth, i);
  return sum;
});
