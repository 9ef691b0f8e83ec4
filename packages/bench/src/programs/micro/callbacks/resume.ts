// The shortest wait that callbacks have is a microtask; only at the end are those of the functions above called, one by the other.
import { run } from "../harness.ts";

function waiting(depth: number, times: number, done: (waits: number) => void): void {
  if (depth > 1) {
    waiting(depth - 1, times, (waits) => done(waits));
    return;
  }
  let waits = 0;
  const next = (): void => {
    if (waits++ < times) queueMicrotask(next);
    else done(times);
  };
  next();
}

await run((depth, operations) => new Promise((resolve) => waiting(depth, operations, resolve)));
