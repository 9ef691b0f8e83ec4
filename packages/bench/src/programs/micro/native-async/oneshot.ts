import { run } from "../harness.ts";

await run(async (_level, operations) => {
  let sum = 0;
  for (let i = 0; i < operations; i++) {
    const { promise, resolve } = Promise.withResolvers<number>();
    resolve(i);
    sum += await promise;
  }
  return sum;
});
