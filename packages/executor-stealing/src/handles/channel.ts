// The two ends of a bounded channel between threads, as tasks, coroutines and the main thread use them.
import { Pending, type Poll } from "@pollab/runtime-core/future";
import { SendError } from "@pollab/runtime-core/sync";
import { End } from "@pollab/runtime-core/stream";
import { messageCodec } from "../layout/codec.ts";
import type { Field } from "../layout/field.ts";
import type { Member } from "../runtime/member.ts";
import { CHANNEL_KIND } from "../memory/thing.ts";
import type { TaskContext } from "../runtime/task-context.ts";
import { channelWords, Ended, NoPlace } from "../memory/channel.ts";
import { OwnedHandle } from "./owned.ts";
import { SharedWait } from "./shared-wait.ts";

/** Makes a channel. The caller has both ends. @throws RangeError, HeapFullError */
export function makeChannel<T>(member: Member, message: Field<T>, capacity: number): [Sender<T>, Receiver<T>] {
  if (!Number.isInteger(capacity) || capacity < 1) {
    throw new RangeError(`channel: expected a capacity of at least 1, got ${capacity}`);
  }
  const messageWords = messageCodec(message).layout.wordCount;
  const at = member.makeShared(CHANNEL_KIND, channelWords(capacity, messageWords));
  member.channels.initialise(at, capacity, messageWords);
  const ends: [Sender<T>, Receiver<T>] = [
    new Sender(member, at, message, true),
    new Receiver(member, at, message, true),
  ];
  for (const end of ends) member.own(end);
  return ends;
}

/** A sender of the channel is gone. */
export function dropSender(member: Member, at: number): void {
  member.leave(at);
  if (member.channels.dropSender(at)) member.freeShared(at);
}

/** A holder of the receiving end is gone. */
export function dropReceiver(member: Member, at: number, message: Field<unknown>): void {
  member.leave(at);
  const { channels } = member;
  if (!channels.closeReceiver(at)) return;
  const { layout } = messageCodec(message);
  for (let place = channels.beginReceive(at, 0, 0); place > 0; place = channels.beginReceive(at, 0, 0)) {
    channels.commitReceive(at);
    // The message stays where it is, because nobody can send any more; and the lock is free, if it holds shares in this very channel.
    layout.drop(member, place);
  }
  if (channels.dropReceiver(at)) member.freeShared(at);
}

/** The sending end of a channel. What is read from a field is a look at the sender there; whoever wants another one clones it. */
export class Sender<T> extends OwnedHandle {
  /** @internal */
  readonly message: Field<T>;

  /** @internal @param isOwner whether it counts as a sender, until it is closed */
  constructor(member: Member, at: number, message: Field<T>, isOwner: boolean) {
    super(member, at, isOwner);
    this.message = message;
  }

  /** Sends if that needs no waiting. @returns whether it has @throws SendError when nobody receives any more */
  trySend(value: T): boolean {
    return this.attempt(value, 0, 0) !== Pending;
  }

  /**
   * For sendable tasks: sends, or returns `Pending` when there is no room; then the task is woken when it is its turn. A task
   * waits for its turn at one thing at a time, and keeps its place by asking again at each poll.
   *
   * @throws SendError when nobody receives any more
   */
  pollSend(cx: TaskContext, value: T): Poll<void> {
    if (cx.exhausted()) return Pending;
    cx.waitsAt(this.at);
    const sent = this.attempt(value, cx.index, cx.generation);
    if (sent !== Pending) cx.budget--;
    return sent;
  }

  /** The same for coroutines, and, by `.promise()`, for the main thread. Dropping it while it waits sends nothing. */
  send(value: T): SharedWait<void> {
    return new SharedWait(this.member, (waiter, generation) => this.attempt(value, waiter, generation), this.hold);
  }

  private attempt(value: T, waiter: number, generation: number): Poll<void> {
    const { at, member } = this;
    const { channels } = member;
    const codec = messageCodec(this.message);
    // What a message holds shares in may be this very channel, whose lock is taken once it has a place.
    const draft = codec.layout.handles.length === 0 ? 0 : member.draft(codec.layout.wordCount);
    if (draft !== 0) codec.write(member, draft, value);
    const place = channels.beginSend(at, waiter, generation);
    if (place <= 0) {
      if (draft !== 0) codec.layout.drop(member, draft);
      if (place === Ended) throw new SendError(value);
      return Pending;
    }
    if (draft === 0) {
      try {
        codec.write(member, place, value);
      } catch (error) {
        channels.cancelSend(at);
        throw error;
      }
    } else {
      member.words.copyWithin(place, draft, draft + codec.layout.wordCount);
    }
    channels.commitSend(at);
    return undefined;
  }

  /** Another sender of the same channel, to be closed on its own. */
  clone(): Sender<T> {
    this.member.channels.addSender(this.at);
    const sender = new Sender(this.member, this.at, this.message, true);
    this.member.own(sender);
    return sender;
  }

  protected override drop(): void {
    dropSender(this.member, this.at);
  }
}

/** The receiving end of a channel. One task at a time waits for a message. */
export class Receiver<T> extends OwnedHandle {
  /** @internal */
  readonly message: Field<T>;

  /** @internal @param isOwner whether the channel is closed when it is given up */
  constructor(member: Member, at: number, message: Field<T>, isOwner: boolean) {
    super(member, at, isOwner);
    this.message = message;
  }

  /** The oldest message, `Pending` when there is none yet, or `End` when no more will come. */
  tryRecv(): Poll<T | End> {
    return this.attempt(0, 0);
  }

  /** For sendable tasks: the same, and with `Pending` the task is woken when there is something to receive. */
  pollRecv(cx: TaskContext): Poll<T | End> {
    if (cx.exhausted()) return Pending;
    const message = this.attempt(cx.index, cx.generation);
    if (message !== Pending) cx.budget--;
    return message;
  }

  /** The same for coroutines, and, by `.promise()`, for the main thread. Dropping it while it waits takes nothing. */
  recv(): SharedWait<T | End> {
    return this.wait((waiter, generation) => this.attempt(waiter, generation));
  }

  /** A wait for this channel. @internal */
  wait<R>(attempt: (waiter: number, generation: number) => Poll<R>): SharedWait<R> {
    return new SharedWait(this.member, attempt, this.hold);
  }

  /** @internal */
  attempt(waiter: number, generation: number): Poll<T | End> {
    const { at, member } = this;
    const { channels } = member;
    const place = channels.beginReceive(at, waiter, generation);
    if (place === NoPlace) return Pending;
    if (place === Ended) return End;
    const codec = messageCodec(this.message);
    // Written as a message of this channel. Its handles are the receiver's from now on.
    const value = (codec.layout.handles.length === 0 ? codec.read(member, place) : member.adopt(codec, place)) as T;
    channels.commitReceive(at);
    return value;
  }

  /** How many messages there are. */
  get length(): number {
    return this.member.channels.length(this.at);
  }

  /** From now on nobody can send; what was sent can still be received. */
  stop(): void {
    this.member.channels.close(this.at);
  }

  protected override drop(): void {
    dropReceiver(this.member, this.at, this.message);
  }
}
