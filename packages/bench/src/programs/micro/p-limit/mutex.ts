import pLimit from "p-limit";

import { run } from "../harness.ts";

await run(async (_level, operations) => {
  const limit = pLimit(1);
  let uses = 0;
  const use = (): void => {
    uses++;
  };
  for (let i = 0; i < operations; i++) await limit(use);
  return uses;
});
