// Future classes of different shapes, as a program has many: generated, so that no two share their code.
import { Future } from "@pollab/runtime-core/future";
import { runInThisContext } from "node:vm";

type CountingClass = new () => Future<number>;

/** So many classes. Each poll of an instance is ready with a number that depends on the polls before. */
export function futureClasses(count: number): CountingClass[] {
  return Array.from({ length: count }, (_, kind) => {
    const source = `(Base) => class Counting${kind} extends Base {
      constructor() { super(); this.field${kind} = ${kind}; this.polls = 0; }
      poll() { this.polls = (this.polls + 1) & 1023; return this.polls + this.field${kind}; }
    }`;
    const make = runInThisContext(source) as (base: typeof Future) => CountingClass;
    return make(Future);
  });
}

/** What the polls of `count` futures of those classes add up to when they are polled in turn, `polls` times in all. */
export function pollSum(count: number, polls: number): number {
  let sum = 0;
  for (let poll = 0; poll < polls; poll++) sum += ((Math.floor(poll / count) + 1) & 1023) + (poll % count);
  return sum;
}
