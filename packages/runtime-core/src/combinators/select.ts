// Waiting for the first of several futures; the others are dropped.
import type { Context } from "../future/context.ts";
import { PolledAfterCompletionError } from "../future/errors.ts";
import { Future } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";
import { dropAll } from "./drop-all.ts";

export type Branches = Readonly<Record<string, Future<unknown>>>;

/** Which branch won, and its value: `switch (won.branch)` narrows `won.value`. */
export type Selected<B extends Branches> = {
  [K in keyof B]: { readonly branch: K; readonly value: B[K] extends Future<infer T> ? T : never };
}[keyof B];

interface Win {
  readonly branch: string;
  readonly value: unknown;
}

class Select extends Future<Win> {
  private readonly names: readonly string[];
  private readonly futures: (Future<unknown> | null)[];
  private done = false;
  /** The index of the branch to poll first. */
  private readonly firstBranch: (cx: Context, branches: number) => number;

  constructor(branches: Branches, firstBranch: (cx: Context, branches: number) => number) {
    super();
    this.names = Object.keys(branches);
    this.futures = Object.values(branches);
    this.firstBranch = firstBranch;
    if (this.names.length === 0) throw new RangeError("select expects at least one branch, but was given none");
  }

  override poll(cx: Context): Poll<Win> {
    if (this.done) throw new PolledAfterCompletionError("select");
    const { futures } = this;
    const first = this.firstBranch(cx, futures.length);
    for (let turn = 0; turn < futures.length; turn++) {
      const i = (first + turn) % futures.length;
      let value: unknown;
      try {
        value = futures[i]?.poll(cx);
      } catch (error) {
        futures[i] = null;
        this.drop();
        throw error;
      }
      if (value === Pending) continue;
      futures[i] = null;
      this.drop();
      return { branch: this.names[i], value };
    }
    return Pending;
  }

  override drop(): void {
    this.done = true;
    dropAll(this.futures);
  }
}

/**
 * Waits for the first of the branches. They are polled from a random one on, so that none starves the others; the losers are
 * dropped, in the order in which they are written, before the winner is returned.
 */
export function select<B extends Branches>(branches: B): Future<Selected<B>> {
  // The name and the value of a win come from the same branch.
  return new Select(branches, randomBranch) as Future<unknown> as Future<Selected<B>>;
}

/** `select` that polls its branches in the order in which they are written: an early one that is always ready starves the later ones. */
export function selectBiased<B extends Branches>(branches: B): Future<Selected<B>> {
  return new Select(branches, writtenOrder) as Future<unknown> as Future<Selected<B>>;
}

function randomBranch(cx: Context, branches: number): number {
  return cx.runtime.random.below(branches);
}

function writtenOrder(): number {
  return 0;
}
