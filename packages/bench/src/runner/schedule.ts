// What is still begun when time is limited. A round is begun only if, as long as rounds took so far, it will end in time: so all
// scenarios have the same rounds, but for one that turns out longer than any before it, the first above all: it is cut off where time is up,
// between two blocks (one scenario's cells each). Time runs from before what contenders need is built.

export class Schedule {
  private readonly limitMs: number;
  private readonly now: () => number;
  private readonly began: number;
  private longestMs = 0;

  /** @param now milliseconds from any beginning */
  constructor(limitMs: number, now: () => number) {
    this.limitMs = limitMs;
    this.now = now;
    this.began = now();
  }

  /** Whether there is time for another round. */
  allowsRound(): boolean {
    return this.elapsedMs() + this.longestMs <= this.limitMs;
  }

  /** Whether there is any time left. */
  allowsBlock(): boolean {
    return this.elapsedMs() <= this.limitMs;
  }

  /** Notes how long a round takes: what it returns is called at its end. */
  beginRound(): () => void {
    const began = this.now();
    return () => {
      this.longestMs = Math.max(this.longestMs, this.now() - began);
    };
  }

  private elapsedMs(): number {
    return this.now() - this.began;
  }
}
