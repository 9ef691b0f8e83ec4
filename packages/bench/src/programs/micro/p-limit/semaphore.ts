import pLimit from "p-limit";
import { PERMITS } from "../capacity.ts";
import { run } from "../harness.ts";

await run(async (_level, operations) => {
  const limit = pLimit(PERMITS);
  let uses = 0;
  const use = (): void => {
    uses++;
  };
  for (let i = 0; i < operations; i++) await limit(use);
  return uses;
});
