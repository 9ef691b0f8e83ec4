// Waiting for the first of several futures; the others are dropped.
import { ambient } from "../future/ambient.ts";
import type { Context } from "../future/context.ts";
import { PolledAfterCompletionError } from "../future/errors.ts";
import { Future, noContext, SUSPENDED, type Suspension } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";
import { dropAll } from "./drop-all.ts";

/** A branch that wins with certain values only; {@link when} makes it. */
export class When<T> {
  /** What is waited for. */
  readonly future: Future<unknown>;
  /** Whether a value wins. */
  readonly accepts: (value: unknown) => boolean;
  /** The type of the values that win; no such property exists. */
  declare readonly value: T;

  /** @internal */
  constructor(future: Future<unknown>, accepts: (value: unknown) => boolean) {
    this.future = future;
    this.accepts = accepts;
  }
}

/** What a select waits for. A branch that is not a future is disabled: `isOpen && receiver.recv()` is one with a condition. */
export type Branch = Future<unknown> | When<unknown> | null | undefined | false;

/** The branches of a select by name. The one named `else` is polled only when no other can win any more. */
export type Branches = Readonly<Record<string, Branch>>;

/** The type of the value that a branch wins with. */
export type BranchOutput<B> = B extends Future<infer T> ? T : B extends When<infer T> ? T : never;

/** Which branch won, and its value: `switch (won.branch)` narrows `won.value`. */
export type Selected<B extends Branches> = {
  [K in keyof B]: { readonly branch: K; readonly value: BranchOutput<B[K]> };
}[keyof B];

interface Win {
  readonly branch: string;
  readonly value: unknown;
}

class Select extends Future<Win> {
  private readonly names: string[] = [];
  /** In the order of the names. Null are those that can no longer win. */
  private readonly futures: (Future<unknown> | null)[] = [];
  /** In the order of the names. Null accepts every value. */
  private readonly filters: (((value: unknown) => boolean) | null)[] = [];
  private otherwise: Future<unknown> | null = null;
  private done = false;
  /** The index of the branch to poll first. */
  private readonly firstBranch: (cx: Context, branches: number) => number;

  constructor(branches: Branches, firstBranch: (cx: Context, branches: number) => number) {
    super();
    this.firstBranch = firstBranch;
    let written = 0;
    for (const name of Object.keys(branches)) {
      written++;
      const branch = branches[name];
      if (!branch) continue;
      const guarded = branch instanceof When;
      const future = guarded ? branch.future : branch;
      if (name === "else") {
        if (guarded) throw new TypeError("the else branch of a select takes a future, not a `when`");
        this.otherwise = future;
        continue;
      }
      this.names.push(name);
      this.futures.push(future);
      this.filters.push(guarded ? branch.accepts : null);
    }
    if (written === 0) throw new RangeError("select expects at least one branch, but was given none");
  }

  override poll(cx: Context): Poll<Win> {
    if (this.done) throw new PolledAfterCompletionError("select");
    const { futures } = this;
    const count = futures.length;
    let undecided = false;
    let i = count === 0 ? 0 : this.firstBranch(cx, count);
    for (let turn = 0; turn < count; turn++, i = i + 1 === count ? 0 : i + 1) {
      const future = futures[i];
      if (future === null) continue;
      const filter = this.filters[i];
      let value: unknown;
      let wins: boolean;
      try {
        value = future.poll(cx);
        if (value === Pending) {
          undecided = true;
          continue;
        }
        wins = filter === null || filter(value);
      } catch (error) {
        futures[i] = null;
        this.drop();
        throw error;
      }
      futures[i] = null;
      if (wins) return this.win(this.names[i], value);
    }
    return undecided ? Pending : this.pollElse(cx);
  }

  private pollElse(cx: Context): Poll<Win> {
    const { otherwise } = this;
    if (otherwise === null) {
      this.done = true;
      throw new RangeError("every branch of this select is disabled; give it an `else` branch if that can happen");
    }
    let value: unknown;
    try {
      value = otherwise.poll(cx);
    } catch (error) {
      this.done = true;
      this.otherwise = null;
      throw error;
    }
    if (value === Pending) return Pending;
    this.otherwise = null;
    return this.win("else", value);
  }

  private win(branch: string, value: unknown): Win {
    this.drop();
    return { branch, value };
  }

  override drop(): void {
    this.done = true;
    const { futures, otherwise } = this;
    this.otherwise = null;
    if (otherwise !== null) futures.push(otherwise);
    dropAll(futures);
  }

  // The body of Future.next, with a call site of its own: see Future.next.
  override next(): IteratorResult<Suspension, Win> {
    const result = this.poll(ambient.context ?? noContext());
    return result === Pending ? SUSPENDED : { done: true, value: result };
  }
}

/**
 * Waits for the first of the branches. They are polled from a random one on, so that none starves the others; the losers are
 * dropped, in the order in which they are written and `else` last, before the winner is returned. Lend a future that is to
 * survive with `byRef`. When a branch throws, the others are dropped and the error is thrown on.
 *
 * ```ts
 * const won = yield* select({
 *   message: isOpen && when(receiver.recv(), (message) => message !== undefined),
 *   late: sleep(1000),
 *   else: ready("nothing left to wait for"),
 * });
 * ```
 *
 * @throws RangeError when polled with every branch disabled and no `else`
 */
export function select<B extends Branches>(branches: B): Future<Selected<B>> {
  // The name and the value of a win come from the same branch.
  return new Select(branches, randomBranch) as Future<unknown> as Future<Selected<B>>;
}

/** `select` that polls its branches in the order in which they are written: an early one that is always ready starves the later ones. */
export function selectBiased<B extends Branches>(branches: B): Future<Selected<B>> {
  // The name and the value of a win come from the same branch.
  return new Select(branches, writtenOrder) as Future<unknown> as Future<Selected<B>>;
}

/**
 * A branch of a select that wins only with a value that `accepts` agrees to; with any other it is disabled, and the select
 * goes on with the rest. The role of a pattern in Rust's `select!`.
 */
export function when<T, S extends T>(future: Future<T>, accepts: (value: T) => value is S): When<S>;
export function when<T>(future: Future<T>, accepts: (value: T) => boolean): When<T>;
export function when<T>(future: Future<T>, accepts: (value: T) => boolean): When<T> {
  // The select passes to `accepts` what the future returned.
  return new When<T>(future, accepts as (value: unknown) => boolean);
}

function randomBranch(cx: Context, branches: number): number {
  return cx.runtime.random.below(branches);
}

function writtenOrder(): number {
  return 0;
}
