// Operations in a row, linked through the records themselves.
import { SQE_IO_HARDLINK, SQE_IO_LINK } from "./abi.ts";
import type { Operation } from "./operation.ts";

/** First in, first out, and anything can leave in between. An operation is in at most one. */
export class OperationQueue {
  first: Operation | null = null;
  #last: Operation | null = null;

  append(operation: Operation): void {
    operation.previous = this.#last;
    operation.next = null;
    if (this.#last === null) this.first = operation;
    else this.#last.next = operation;
    this.#last = operation;
  }

  /** Takes the first out; null if there is none. */
  shift(): Operation | null {
    const { first } = this;
    if (first === null) return null;
    const { next } = first;
    this.first = next;
    first.next = null;
    if (next === null) this.#last = null;
    else next.previous = null;
    return first;
  }

  remove(operation: Operation): void {
    const { previous, next } = operation;
    if (previous === null) this.first = next;
    else previous.next = next;
    if (next === null) this.#last = previous;
    else next.previous = previous;
    operation.previous = null;
    operation.next = null;
  }
}

const LINKS = SQE_IO_LINK | SQE_IO_HARDLINK;

/** Whether the kernel begins the operation that follows only after this one. */
export function isLinkedToNext(operation: Operation): boolean {
  return (operation.entryFlags & LINKS) !== 0;
}

/** The first operation of the chain that a queued one belongs to; itself unless it is linked. */
export function chainHead(operation: Operation): Operation {
  let head = operation;
  for (let { previous } = head; previous !== null && isLinkedToNext(previous); { previous } = head) head = previous;
  return head;
}

/** How many operations the chain has that begins here. */
export function chainLength(head: Operation): number {
  let length = 1;
  for (let member = head; isLinkedToNext(member) && member.next !== null; member = member.next) length++;
  return length;
}
