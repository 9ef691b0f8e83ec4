import { compiling } from "../compile.ts";

await compiling({
  head: `import { asyncFn, type Future } from "@pollab/runtime-core/future";\ndeclare function load(id: number): Future<number>;`,
  source: (index) => `
export const total${index} = asyncFn(function* (count: number) {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const value = yield* load(i);
    if (value > ${index}) sum += value;
  }
  return sum;
});`,
});
