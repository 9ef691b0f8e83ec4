// The table behind the completions' user data: a slot's number and the generation of its present use.
import { DESCRIPTOR_RESULT, FREE, Operation, ORPHANED, SUBMITTED } from "./operation.ts";

export class Slots {
  /** Every record there is, by its slot. */
  readonly all: Operation[] = [];
  #free: Operation | null = null;

  /** A record with nothing filled in. */
  allocate(): Operation {
    const recycled = this.#free;
    if (recycled !== null) {
      this.#free = recycled.next;
      recycled.next = null;
      return recycled;
    }
    const operation = new Operation(this.all.length);
    this.all.push(operation);
    return operation;
  }

  /** Any state → FREE. From here on a completion for the old generation is stale. */
  release(operation: Operation): void {
    operation.state = FREE;
    operation.tag = operation.slot;
    operation.generation = (operation.generation + 1) | 0;
    operation.offsetLow = 0;
    operation.offsetHigh = 0;
    operation.addressLow = 0;
    operation.addressHigh = 0;
    operation.length = 0;
    operation.flags = 0;
    operation.bufferAndPersonality = 0;
    operation.fileIndex = 0;
    operation.address3Low = 0;
    operation.address3High = 0;
    operation.waker = null;
    operation.descriptor = null;
    operation.buffer = null;
    operation.heir = null;
    operation.cancelRequested = false;
    operation.notifying = false;
    operation.next = this.#free;
    this.#free = operation;
  }

  /** The operation that the kernel has under this user data. */
  find(tag: number, generation: number): Operation | null {
    const slot = tag & ~DESCRIPTOR_RESULT;
    const operation = slot >= 0 && slot < this.all.length ? this.all[slot] : undefined;
    return operation !== undefined && operation.generation === generation && isInKernel(operation) ? operation : null;
  }
}

function isInKernel({ state }: Operation): boolean {
  return state === SUBMITTED || state === ORPHANED;
}
