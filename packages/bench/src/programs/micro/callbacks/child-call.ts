import { run } from "../harness.ts";

function child(value: number, done: (value: number) => void): void {
  done(value);
}

await run((_level, operations) => {
  let sum = 0;
  const add = (value: number): void => {
    sum += value;
  };
  for (let i = 0; i < operations; i++) child(i, add);
  return sum;
});
