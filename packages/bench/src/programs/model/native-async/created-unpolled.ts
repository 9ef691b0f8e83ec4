import { run } from "../../micro/harness.ts";

let started = 0;
const settled = Promise.resolve();

async function body(value: number): Promise<number> {
  started++;
  await settled;
  return value;
}

await run((_level, operations) => {
  started = 0;
  const promises = Array.from({ length: operations }, (_, i) => body(i));
  return { result: promises.length, counters: { started } };
});
