// What the programs say when they have gone wrong: an error of their own, so that they depend on no test library.

export function expectEqual(actual: unknown, expected: unknown, what: string): void {
  if (actual !== expected) throw new Error(`${what} is ${String(actual)} instead of ${String(expected)}`);
}

export function expectEachOnce(values: readonly number[], expected: readonly number[]): void {
  const sorted = values.toSorted((left, right) => left - right);
  expectEqual(sorted.join(), expected.join(), "what was taken");
}
