import { run } from "../harness.ts";

async function child(value: number): Promise<number> {
  return value;
}

await run(async (_level, operations) => {
  let sum = 0;
  for (let i = 0; i < operations; i++) sum += await child(i);
  return sum;
});
