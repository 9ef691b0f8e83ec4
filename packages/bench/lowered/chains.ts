// Async functions that await each other: the very source of the contender "native-async", compiled to what stood for async functions
// before engines had them, a generator and a function that drives it with promises.

/** Awaiting a promise that is settled is the shortest wait that there is. */
const settled = Promise.resolve();

async function chain(depth: number, value: number): Promise<number> {
  return depth === 1 ? value : await chain(depth - 1, value);
}

/** Calls a chain so deep for each number below `operations`; resolves to the sum of what they return. */
export async function callAll(depth: number, operations: number): Promise<number> {
  let sum = 0;
  for (let i = 0; i < operations; i++) sum += await chain(depth, i);
  return sum;
}

/** Waits so often below so many functions. */
export async function waiting(depth: number, times: number): Promise<number> {
  if (depth > 1) return await waiting(depth - 1, times);
  let waits = 0;
  for (; waits < times; waits++) await settled;
  return waits;
}

/** Waits for `event` below so many functions. */
export async function below(depth: number, event: () => Promise<void>): Promise<void> {
  if (depth > 1) await below(depth - 1, event);
  else await event();
}
