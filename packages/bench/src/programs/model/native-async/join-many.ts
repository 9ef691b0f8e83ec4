// A promise is started where it is made, so what differs is who waits for it: an await for each, or Promise.all.
import { run } from "../../micro/harness.ts";

const AWAITED = 1;
const settled = Promise.resolve();

/** Waits for one turn. */
async function work(value: number): Promise<number> {
  await settled;
  return value;
}

await run(async (way, count) => {
  const promises = Array.from({ length: count }, (_, i) => work(i));
  if (way !== AWAITED) return (await Promise.all(promises)).reduce((sum, value) => sum + value, 0);
  let sum = 0;
  for (const promise of promises) sum += await promise;
  return sum;
});
