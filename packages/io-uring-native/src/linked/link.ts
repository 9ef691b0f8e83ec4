// The future of a chain: operations that the kernel does one after the other, submitted together. A plain link ends the chain at the
// first failure, and what comes after it fails with ECANCELED; a hard link goes on. A step with a limit is followed by the entry of its
// timeout, which is no step itself.
import { type Context, Future, Pending, type Poll, PolledAfterCompletionError } from "@pollab/runtime-core/future";
import { ERRNO } from "@pollab/io-sys";
import type { BufferSource } from "@pollab/runtime-core/io";
import { OP_LINK_TIMEOUT, SQE_IO_HARDLINK, SQE_IO_LINK } from "../abi.ts";
import type { Operation, RingBuffer } from "../operation.ts";
import type { Operations } from "../operations.ts";
import { lendTimespec } from "../timespec.ts";
import type { Step } from "./step.ts";

/** What became of each step, in their order: as `Promise.allSettled` has it. */
export type Outcomes<Steps extends readonly Step<unknown>[]> = {
  readonly [Index in keyof Steps]: Steps[Index] extends Step<infer T> ? PromiseSettledResult<T> : never;
};

export class Chain<Steps extends readonly Step<unknown>[]> extends Future<Outcomes<Steps>> {
  readonly #operations: Operations;
  readonly #arguments: BufferSource<RingBuffer>;
  readonly #steps: Steps;
  readonly #flag: number;
  /** In the order of the entries; a timeout is behind its step. */
  #entries: Entry[] = [];
  #begun = false;
  #done = false;

  /** @throws RangeError when the chain has no step, or does not fit into one submission */
  constructor(operations: Operations, argumentBuffers: BufferSource<RingBuffer>, steps: Steps, flag: number) {
    super();
    const entries = steps.reduce((count, { limitMs }) => count + (limitMs === Infinity ? 1 : 2), 0);
    const { sqEntries } = operations.ring;
    if (entries < 1 || entries > sqEntries) {
      throw new RangeError(`expected a chain of 1 to ${sqEntries} operations and timeouts, got ${entries}`);
    }
    this.#operations = operations;
    this.#arguments = argumentBuffers;
    this.#steps = steps;
    this.#flag = flag;
  }

  override poll(cx: Context): Poll<Outcomes<Steps>> {
    if (this.#done) throw new PolledAfterCompletionError("link");
    if (!this.#begun) this.#begin();
    let pending = false;
    for (const { operation } of this.#entries) {
      if (operation.hasEnded) continue;
      operation.waker = cx.waker;
      pending = true;
    }
    if (pending) return Pending;
    this.#done = true;
    const entries = this.#entries;
    this.#entries = [];
    const outcomes: PromiseSettledResult<unknown>[] = [];
    for (const { operation, step } of entries) {
      const { buffer } = operation;
      const result = this.#operations.take(operation);
      if (step === null) buffer?.free();
      else outcomes.push(outcomeOf(step, result));
    }
    // One for each step, with its type.
    return outcomes as Outcomes<Steps>;
  }

  override drop(): void {
    this.#done = true;
    const entries = this.#entries;
    this.#entries = [];
    for (const { operation } of entries) this.#operations.drop(operation);
  }

  #begin(): void {
    this.#begun = true;
    const entries = this.#prepare();
    const last = entries.length - 1;
    for (const [index, { operation }] of entries.entries()) {
      const next = entries[index + 1];
      // A step is bound to its timeout by a plain link, whatever binds it to the next step.
      if (next !== undefined && next.step === null) operation.entryFlags |= SQE_IO_LINK;
      else if (index < last) operation.entryFlags |= this.#flag;
    }
    this.#entries = entries;
    for (const { operation } of entries) this.#operations.enqueue(operation, NOBODY);
  }

  #prepare(): Entry[] {
    const entries: Entry[] = [];
    try {
      for (const step of this.#steps) {
        entries.push({ operation: step.prepare(this.#operations), step });
        if (step.limitMs !== Infinity) entries.push({ operation: this.#timeout(step.limitMs), step: null });
      }
    } catch (error) {
      this.#done = true;
      for (const { operation, step } of entries) {
        const { buffer } = operation;
        buffer?.giveBack();
        if (step === null) buffer?.free();
        // What a step has of its own, it frees at its end.
        else outcomeOf(step, -ERRNO.ECANCELED);
        this.#operations.discard(operation);
      }
      throw error;
    }
    return entries;
  }

  #timeout(limitMs: number): Operation {
    const operation = this.#operations.prepare(OP_LINK_TIMEOUT, null);
    lendTimespec(operation, this.#arguments.take(), limitMs);
    return operation;
  }
}

/** The step of an operation, or null for a timeout. */
interface Entry {
  readonly operation: Operation;
  readonly step: Step<unknown> | null;
}

/** Until the first poll has said whom to wake. */
const NOBODY = { wake(): void {} };

/** How steps are bound to each other. */
export const LINK: number = SQE_IO_LINK;
export const HARD_LINK: number = SQE_IO_HARDLINK;

function outcomeOf(step: Step<unknown>, result: number): PromiseSettledResult<unknown> {
  try {
    return { status: "fulfilled", value: step.finish(result) };
  } catch (reason) {
    return { status: "rejected", reason };
  }
}
