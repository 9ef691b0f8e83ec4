import { run } from "../harness.ts";

await run(async (_level, operations) => {
  let sum = 0;
  for (let i = 0; i < operations; i++) sum += await Promise.resolve(i);
  return sum;
});
