// A schedule as text: which thread runs and how many operations it does before the next one, such as `0*3 1*2 0*1`. It does
// not depend on how the schedule was found.
import type { Decision, Strategy } from "./strategy.ts";
import type { Thread } from "./thread.ts";

interface Stretch {
  readonly thread: number;
  readonly operations: number;
}

/** Follows one schedule; where that ends before the threads do, each goes on until it has to stop. */
export class Replay implements Strategy {
  readonly everywhere = true;
  readonly #stretches: readonly Stretch[];

  constructor(schedule: string) {
    this.#stretches = parseSchedule(schedule);
  }

  choose({ candidates, current, sinceSwitch, switches, threads }: Decision): Thread | undefined {
    const stretch = this.#stretches[switches - 1];
    const isLast = switches >= this.#stretches.length;
    if (current !== undefined && candidates.includes(current)) {
      if (isLast || (stretch !== undefined && sinceSwitch < stretch.operations)) return current;
    }
    const next = this.#stretches[switches];
    return next === undefined ? candidates[0] : threads[next.thread];
  }
}

function parseSchedule(schedule: string): Stretch[] {
  const parts = schedule.split(" ").filter((part) => part !== "");
  return parts.map((part) => {
    const [, thread, operations] = /^(\d+)\*(\d+)$/.exec(part) ?? [];
    if (thread === undefined || operations === undefined) {
      throw new SyntaxError(`"${part}" is no part of a schedule; one looks like "0*3 1*2", as errors print it.`);
    }
    return { thread: Number(thread), operations: Number(operations) };
  });
}
