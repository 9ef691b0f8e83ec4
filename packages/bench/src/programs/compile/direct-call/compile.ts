import { compiling } from "../compile.ts";

await compiling({
  head: "declare function load(id: number): number;",
  source: (index) => `
export function total${index}(count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const value = load(i);
    if (value > ${index}) sum += value;
  }
  return sum;
}`,
});
