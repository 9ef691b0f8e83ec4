// Which part of a round is still begun when time runs out. A block (one scenario's cells) is begun only if, as long as it took so far, it
// will end in time; how long it takes is not known in the first round, in which one is begun as long as there is any time. Shorter blocks
// fill what longer ones leave.
import type { Cell } from "./plan.ts";

export class Schedule {
  private readonly limitMs: number;
  private readonly now: () => number;
  private readonly began: number;
  private readonly longest = new Map<string, number>();

  /** @param now milliseconds from any beginning */
  constructor(limitMs: number, now: () => number) {
    this.limitMs = limitMs;
    this.now = now;
    this.began = now();
  }

  /** Whether there is time for the block. */
  allows(block: readonly Cell[]): boolean {
    const expected = this.longest.get(nameOf(block)) ?? 0;
    return this.now() - this.began + expected <= this.limitMs;
  }

  /** Notes how long a block takes: what it returns is called at its end. */
  begin(block: readonly Cell[]): () => void {
    const began = this.now();
    return () => {
      const name = nameOf(block);
      this.longest.set(name, Math.max(this.longest.get(name) ?? 0, this.now() - began));
    };
  }
}

function nameOf([first]: readonly Cell[]): string {
  return first?.scenario.name ?? "";
}
