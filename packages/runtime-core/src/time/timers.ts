// The pending timers of a runtime: a binary heap by deadline, ties in the order of insertion. Every entry knows its place, so
// a timer that is dropped leaves at once.
import type { Waker } from "../future/context.ts";
import type { Clock } from "./clock.ts";

export interface TimerEntry {
  deadlineMs: number;
  /** Called once the deadline has passed; the entry is then no longer in the heap. */
  waker: Waker;
  /** Place in the heap, -1 outside of it; the heap's business alone. */
  place: number;
  /** Order of insertion; the heap's business alone. */
  order: number;
}

export class Timers {
  private readonly clock: Clock;
  private readonly heap: TimerEntry[] = [];
  /** Empty but for the time of a `fire`. */
  private readonly due: TimerEntry[] = [];
  private inserted = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  nowMs(): number {
    return this.clock.nowMs();
  }

  get size(): number {
    return this.heap.length;
  }

  /** The earliest deadline; `Infinity` when nothing waits. */
  nextDeadlineMs(): number {
    return this.heap.length === 0 ? Infinity : this.heap[0].deadlineMs;
  }

  insert(entry: TimerEntry): void {
    entry.order = this.inserted++;
    this.heap.push(entry);
    this.siftUp(entry, this.heap.length - 1);
  }

  /** Does nothing when the entry is not pending. */
  remove(entry: TimerEntry): void {
    const place = entry.place;
    if (place < 0) return;
    entry.place = -1;
    const last = this.heap.pop();
    if (last === undefined || last === entry) return;
    this.siftUp(last, place);
    if (last.place === place) this.siftDown(last, place);
  }

  /** Wakes every timer whose deadline has passed, in the order of the deadlines. A timer inserted meanwhile waits for the next call. */
  fire(): void {
    if (this.heap.length === 0) return;
    const nowMs = this.clock.nowMs();
    const { due } = this;
    // All of them leave the heap before the first is woken: one that comes back with a deadline in the past must not get ahead
    // of the others again and again.
    while (this.heap.length > 0 && this.heap[0].deadlineMs <= nowMs) {
      due.push(this.heap[0]);
      this.remove(this.heap[0]);
    }
    for (const entry of due) entry.waker.wake();
    due.length = 0;
  }

  private siftUp(entry: TimerEntry, from: number): void {
    const { heap } = this;
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const other = heap[above];
      if (!isBefore(entry, other)) break;
      heap[place] = other;
      other.place = place;
      place = above;
    }
    heap[place] = entry;
    entry.place = place;
  }

  private siftDown(entry: TimerEntry, from: number): void {
    const { heap } = this;
    let place = from;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && isBefore(heap[below + 1], heap[below])) below++;
      const other = heap[below];
      if (!isBefore(other, entry)) break;
      heap[place] = other;
      other.place = place;
      place = below;
    }
    heap[place] = entry;
    entry.place = place;
  }
}

function isBefore(a: TimerEntry, b: TimerEntry): boolean {
  return a.deadlineMs < b.deadlineMs || (a.deadlineMs === b.deadlineMs && a.order < b.order);
}
