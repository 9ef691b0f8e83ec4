import { Sema } from "async-sema";
import { run } from "../harness.ts";

const settled = Promise.resolve();

await run(async (tasks, operations) => {
  const mutex = new Sema(1);
  let uses = 0;

  async function share(): Promise<void> {
    for (let i = 0; i < operations / tasks; i++) {
      await mutex.acquire();
      await settled;
      uses++;
      mutex.release();
    }
  }

  await Promise.all(Array.from({ length: tasks }, share));
  return uses;
});
