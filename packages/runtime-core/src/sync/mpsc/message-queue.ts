// The messages of a channel in the order in which they were sent: blocks of slots, each linked to the next. However many there are,
// none is moved again, and the memory of those that were received is free at once.

const FIRST_SLOTS = 32;
const MOST_SLOTS = 1024;

class Block<T> {
  readonly slots: (T | undefined)[];
  next: Block<T> | null = null;

  constructor(slots: number) {
    this.slots = new Array<T | undefined>(slots).fill(undefined);
  }
}

export class MessageQueue<T> {
  private head: Block<T> = new Block(FIRST_SLOTS);
  private tail: Block<T> = this.head;
  /** The next slot to take from in `head`, and to fill in `tail`. */
  private headSlot = 0;
  private tailSlot = 0;
  /** One that has been emptied, for the tail to go on with: a queue that is never empty makes no garbage. */
  private spare: Block<T> | null = null;
  private count = 0;

  get length(): number {
    return this.count;
  }

  push(message: T): void {
    if (this.tailSlot === this.tail.slots.length) this.extend();
    this.tail.slots[this.tailSlot++] = message;
    this.count++;
  }

  /** Only when there is one. */
  shift(): T {
    const { slots } = this.head;
    // A slot within the count holds a message.
    const message = slots[this.headSlot] as T;
    slots[this.headSlot++] = undefined;
    // What is empty begins at the first slot again, which the processor still has at hand.
    if (--this.count === 0) this.headSlot = this.tailSlot = 0;
    else if (this.headSlot === slots.length) this.leaveHead();
    return message;
  }

  clear(): void {
    this.head = this.tail = new Block(FIRST_SLOTS);
    this.spare = null;
    this.headSlot = this.tailSlot = this.count = 0;
  }

  private extend(): void {
    const { spare, tail } = this;
    this.spare = null;
    this.tail = tail.next = spare ?? new Block(Math.min(2 * tail.slots.length, MOST_SLOTS));
    this.tailSlot = 0;
  }

  /** The messages that are left are in the blocks behind it. */
  private leaveHead(): void {
    const { head } = this;
    this.head = head.next as Block<T>;
    this.headSlot = 0;
    head.next = null;
    this.spare = head;
  }
}
