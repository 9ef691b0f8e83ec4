import { Semaphore } from "async-mutex";
import { PERMITS } from "../capacity.ts";
import { run } from "../harness.ts";

const settled = Promise.resolve();

await run(async (tasks, operations) => {
  const semaphore = new Semaphore(PERMITS);
  let uses = 0;

  async function share(): Promise<void> {
    for (let i = 0; i < operations / tasks; i++) {
      const [, release] = await semaphore.acquire();
      await settled;
      uses++;
      release();
    }
  }

  await Promise.all(Array.from({ length: tasks }, share));
  return uses;
});
