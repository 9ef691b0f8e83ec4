import pLimit from "p-limit";

import { run } from "../harness.ts";

const settled = Promise.resolve();

await run(async (tasks, operations) => {
  const limit = pLimit(1);
  let uses = 0;

  async function use(): Promise<void> {
    await settled;
    uses++;
  }

  async function share(): Promise<void> {
    for (let i = 0; i < operations / tasks; i++) await limit(use);
  }

  await Promise.all(Array.from({ length: tasks }, share));
  return uses;
});
