// The messages of a channel in the order in which they were sent: a ring that doubles when it is full.

const INITIAL_SLOTS = 32;
/** A larger ring is given up when it runs empty, so that a burst does not hold its memory for ever. */
const KEPT_SLOTS = 1024;

export class Ring<T> {
  /** A power of two of them. */
  private slots: (T | undefined)[] = emptySlots();
  private head = 0;
  private count = 0;

  get length(): number {
    return this.count;
  }

  push(message: T): void {
    if (this.count === this.slots.length) this.grow();
    this.slots[(this.head + this.count) & (this.slots.length - 1)] = message;
    this.count++;
  }

  /** Only when there is one. */
  shift(): T {
    const { head, slots } = this;
    // A slot within the count holds a message.
    const message = slots[head] as T;
    slots[head] = undefined;
    this.head = (head + 1) & (slots.length - 1);
    if (--this.count === 0 && slots.length > KEPT_SLOTS) this.clear();
    return message;
  }

  clear(): void {
    this.slots = emptySlots();
    this.head = 0;
    this.count = 0;
  }

  private grow(): void {
    const { head, slots } = this;
    const doubled = [...slots.slice(head), ...slots.slice(0, head)];
    for (let free = slots.length; free > 0; free--) doubled.push(undefined);
    this.slots = doubled;
    this.head = 0;
  }
}

function emptySlots<T>(): (T | undefined)[] {
  return new Array<T | undefined>(INITIAL_SLOTS).fill(undefined);
}
