// Values that somebody would miss the memory of, and which of them the garbage collector has taken.
import { setImmediate } from "node:timers/promises";
import { collectGarbage } from "../collect-garbage.ts";

const LENGTH = 16_384;

/** Level of the scenario: the value is last used before the wait, or after it. */
export const LAST_USED_BEFORE = 1;

export class LargeValues {
  private readonly made: WeakRef<object>[] = [];

  make(seed: number): number[] {
    const value = Array.from({ length: LENGTH }, (_, i) => (seed + i) & 1023);
    this.made.push(new WeakRef(value));
    return value;
  }

  /** How many are gone, once the garbage has been collected. */
  async collected(): Promise<number> {
    // A weak reference holds its target until the job that made it has ended.
    await setImmediate();
    collectGarbage();
    return this.made.filter((reference) => reference.deref() === undefined).length;
  }
}

/** Uses the value. */
export function total(value: readonly number[]): number {
  let sum = 0;
  for (const each of value) sum += each;
  return sum;
}
