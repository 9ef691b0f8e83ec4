import { setTimeout } from "node:timers/promises";
import { runOnce } from "../../micro/harness.ts";
import { SLEEP_MS } from "../sleep-ms.ts";

const sleeping = async (): Promise<number> => {
  await setTimeout(SLEEP_MS);
  return 1;
};

await runOnce(async (_level, tasks) => (await Promise.all(Array.from({ length: tasks }, sleeping))).length);
