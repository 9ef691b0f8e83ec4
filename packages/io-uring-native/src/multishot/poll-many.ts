// What becomes possible on a descriptor, again and again, as a stream of sets of poll(2)'s events.
import { OP_POLL_ADD, POLL_ADD_MULTI } from "../abi.ts";
import type { Feature } from "../features.ts";
import type { Operation } from "../operation.ts";
import type { Operations } from "../operations.ts";
import { type Continuation, DEFAULT_MAX_QUEUED, Multishot } from "./multishot.ts";

export class PollMany extends Multishot<number> {
  readonly #fd: number;
  readonly #events: number;

  /** @param events of poll(2) */
  constructor(operations: Operations, fd: number, events: number) {
    super(operations, DEFAULT_MAX_QUEUED);
    this.#fd = fd;
    this.#events = events;
  }

  protected override get syscall(): string {
    return "poll";
  }

  protected override get feature(): Feature {
    return "poll multishot";
  }

  protected override get closed(): boolean {
    return false;
  }

  protected override begin(): boolean {
    return true;
  }

  protected override prepare(): Operation {
    const operation = this.operations.prepare(OP_POLL_ADD, null);
    operation.fd = this.#fd;
    operation.flags = this.#events;
    if (this.offersMany) operation.length = POLL_ADD_MULTI;
    return operation;
  }

  protected override itemOf(_operation: Operation, result: number): number | undefined {
    return result >= 0 ? result : undefined;
  }

  /** What was not asked for yet and what comes now are one set. */
  protected override queue(events: number): void {
    super.queue((this.takeFirst() ?? 0) | events);
  }

  protected override discard(): void {}

  protected override afterLast(result: number): Continuation {
    // As long as nobody has acted on the events, asking again would bring them again at once.
    if (result >= 0) return "idle";
    return this.refusesMany(result) ? "again" : result;
  }

  protected override awaitBuffer(): void {}

  protected override leave(): void {}
}
