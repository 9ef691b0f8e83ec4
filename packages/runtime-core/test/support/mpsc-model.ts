// A bounded channel as plain arrays, held against the real one step by step.
import fc from "fast-check";
import { expect } from "vitest";
import { type Future, Pending } from "../../src/future/index.ts";
import { End } from "../../src/stream/index.ts";
import { mpsc, SendError } from "../../src/sync/index.ts";
import { Poller } from "./poller.ts";

/** One who waits for slots in the model, and the future that stands for it. */
interface Wait {
  readonly task: Poller;
  readonly future: Future<unknown>;
  readonly wanted: number;
  /** What it sends once it has its slot; null for a reservation. */
  readonly message: number | null;
  got: number;
  isInLine: boolean;
  wakes: number;
}

export type Command =
  | { readonly kind: "send" | "trySend" | "tryRecv" | "recv" | "cancelRecv" | "close" | "dropSender" }
  | { readonly kind: "reserve"; readonly count: number }
  | { readonly kind: "pollWait" | "cancelWait" | "sendPermit" | "dropPermit"; readonly which: number };

const commands: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom("send", "trySend", "tryRecv", "recv") }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("cancelRecv") }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("reserve"), count: fc.nat(3) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom("pollWait", "pollWait", "cancelWait", "sendPermit", "dropPermit"),
      which: fc.nat(9),
    }),
  },
);

/** Endings are rare, or most runs would end before anything happened. */
export const commandsWithEnd: fc.Arbitrary<Command> = fc.oneof(
  { weight: 30, arbitrary: commands },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("close", "dropSender") }) },
);

/** A bounded channel as plain arrays; every step is checked against the real one. */
export class MpscModel {
  private readonly sender: mpsc.Sender<number>;
  private readonly receiver: mpsc.Receiver<number>;
  private readonly capacity: number;
  private free: number;
  private queue: number[] = [];
  private waits: Wait[] = [];
  private permits: mpsc.Permit<number>[] = [];
  private nextMessage = 0;
  private hasSender = true;
  private isSealed = false;
  private isClosed = false;
  private readonly receiving = new Poller();
  private recv: Future<number | End> | null = null;
  private isRecvWaiting = false;
  private recvWakes = 0;

  constructor(capacity: number) {
    [this.sender, this.receiver] = mpsc.channel<number>(capacity);
    this.capacity = capacity;
    this.free = capacity;
  }

  run(command: Command): void {
    switch (command.kind) {
      case "send":
        if (this.hasSender) {
          const message = this.nextMessage++;
          this.begin(this.sender.send(message), 1, message);
        }
        break;
      case "reserve": {
        const count = Math.min(command.count, this.capacity);
        if (this.hasSender) this.begin(this.sender.reserveMany(count), count, null);
        break;
      }
      case "trySend":
        if (this.hasSender) this.trySend(this.nextMessage++);
        break;
      case "tryRecv":
        expect(this.receiver.tryRecv()).toBe(this.expectedMessage());
        break;
      case "recv":
        this.pollRecv();
        break;
      case "cancelRecv":
        this.recv?.drop();
        this.recv = null;
        this.isRecvWaiting = false;
        break;
      case "close":
        this.receiver.close();
        if (!this.isClosed) {
          this.isClosed = this.isSealed = true;
          for (const wait of this.waits) this.wake(wait);
          this.settle();
        }
        break;
      case "dropSender":
        this.sender.drop();
        this.hasSender = false;
        this.settle();
        break;
      case "pollWait":
        if (this.waits.length > 0) this.poll(this.waits[command.which % this.waits.length]);
        break;
      case "cancelWait":
        if (this.waits.length > 0) {
          const wait = this.waits[command.which % this.waits.length];
          wait.future.drop();
          this.leave(wait);
        }
        break;
      case "sendPermit":
      case "dropPermit":
        if (this.permits.length > 0) {
          const [permit] = this.permits.splice(command.which % this.permits.length, 1);
          if (command.kind === "sendPermit") {
            const message = this.nextMessage++;
            permit.send(message);
            this.push(message);
            this.settle();
          } else {
            permit.drop();
            this.release(1);
          }
        }
    }
    this.check();
  }

  private begin(future: Future<unknown>, wanted: number, message: number | null): void {
    const wait = { task: new Poller(), future, wanted, message, got: 0, isInLine: false, wakes: 0 };
    if (!this.isSealed) {
      wait.got = Math.min(this.free, wanted);
      this.free -= wait.got;
      wait.isInLine = wait.got < wanted;
    }
    this.waits.push(wait);
    this.poll(wait);
  }

  private poll(wait: Wait): void {
    if (this.isSealed) {
      expect(() => wait.task.poll(wait.future)).toThrow(SendError);
      this.leave(wait);
      return;
    }
    const result = wait.task.poll(wait.future);
    if (wait.got < wait.wanted) {
      expect(result).toBe(Pending);
      return;
    }
    this.waits.splice(this.waits.indexOf(wait), 1);
    if (wait.message === null) {
      expect(result).toBeInstanceOf(mpsc.Permits);
      this.permits.push(...(result as mpsc.Permits<number>));
    } else {
      expect(result).toBe(undefined);
      this.push(wait.message);
    }
    this.settle();
  }

  private leave(wait: Wait): void {
    this.waits.splice(this.waits.indexOf(wait), 1);
    wait.isInLine = false;
    this.release(wait.got);
  }

  private trySend(message: number): void {
    if (this.isSealed) {
      expect(() => this.sender.trySend(message)).toThrow(SendError);
      return;
    }
    expect(this.sender.trySend(message)).toBe(this.free > 0);
    if (this.free === 0) return;
    this.free--;
    this.push(message);
  }

  private pollRecv(): void {
    this.recv ??= this.receiver.recv();
    const expected = this.expectedMessage();
    expect(this.receiving.poll(this.recv)).toBe(expected);
    this.isRecvWaiting = expected === Pending;
    if (expected !== Pending) this.recv = null;
  }

  private expectedMessage(): number | End | Pending {
    const message = this.queue.shift();
    if (message === undefined) return this.isOver() ? End : Pending;
    this.assign(1);
    return message;
  }

  private isOver(): boolean {
    return this.isSealed && this.queue.length === 0 && this.free === this.capacity;
  }

  private push(message: number): void {
    this.queue.push(message);
    this.wakeRecv();
  }

  private release(slots: number): void {
    this.assign(slots);
    this.settle();
  }

  private assign(slots: number): void {
    this.free += slots;
    for (const wait of this.waits) {
      if (!wait.isInLine) continue;
      const given = Math.min(this.free, wait.wanted - wait.got);
      this.free -= given;
      wait.got += given;
      if (wait.got < wait.wanted) return;
      this.wake(wait);
    }
  }

  private settle(): void {
    const reserved = this.capacity - this.free - this.queue.length;
    if (!this.hasSender && reserved === 0 && !this.waits.some((wait) => wait.isInLine)) this.isSealed = true;
    if (this.isOver()) this.wakeRecv();
  }

  private wake(wait: Wait): void {
    if (wait.isInLine) wait.wakes++;
    wait.isInLine = false;
  }

  private wakeRecv(): void {
    if (this.isRecvWaiting) this.recvWakes++;
    this.isRecvWaiting = false;
  }

  private check(): void {
    expect(this.receiver.capacity).toBe(this.free);
    expect(this.receiver.len).toBe(this.queue.length);
    expect(this.receiver.isClosed).toBe(this.isSealed);
    expect(this.receiving.wakes).toBe(this.recvWakes);
    expect(this.waits.map((wait) => wait.task.wakes)).toEqual(this.waits.map((wait) => wait.wakes));
  }
}
