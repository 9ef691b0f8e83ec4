import { Mutex } from "async-mutex";
import { run } from "../harness.ts";

const settled = Promise.resolve();

await run(async (tasks, operations) => {
  const mutex = new Mutex();
  let uses = 0;

  async function share(): Promise<void> {
    for (let i = 0; i < operations / tasks; i++) {
      const release = await mutex.acquire();
      await settled;
      uses++;
      release();
    }
  }

  await Promise.all(Array.from({ length: tasks }, share));
  return uses;
});
