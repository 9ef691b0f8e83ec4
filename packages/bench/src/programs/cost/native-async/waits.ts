// Promises start at once, so starting all of them and awaiting them together is both ways in one.
import { setTimeout } from "node:timers/promises";
import { runOnce } from "../../micro/harness.ts";
import { asked, IN_SEQUENCE, QUERY_MS } from "../waits.ts";

const query = async (): Promise<number> => {
  await setTimeout(QUERY_MS);
  return 1;
};

await runOnce(async (level, times) => {
  const { queries, way } = asked(level);
  let answers = 0;
  for (let time = 0; time < times; time++) {
    if (way === IN_SEQUENCE) for (let i = 0; i < queries; i++) answers += await query();
    else answers += (await Promise.all(Array.from({ length: queries }, query))).length;
  }
  return answers / queries;
});
