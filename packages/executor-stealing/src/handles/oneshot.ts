// A channel for a single value: a bounded channel with room for one, whose sender is used up by sending.
import { RecvError, SendError } from "@pollab/runtime-core/sync";
import { End } from "@pollab/runtime-core/stream";
import type { Poll } from "@pollab/runtime-core/future";
import type { Field } from "../layout/field.ts";
import type { Member, Share } from "../runtime/member.ts";
import type { TaskContext } from "../runtime/task-context.ts";
import { makeChannel, Receiver, Sender } from "./channel.ts";
import type { SharedWait } from "./shared-wait.ts";

/** Makes a oneshot channel. The caller has both ends. @throws HeapFullError */
export function makeOneshot<T>(member: Member, value: Field<T>): [OneshotSender<T>, OneshotReceiver<T>] {
  const [sender, receiver] = makeChannel(member, value, 1);
  return [new OneshotSender(sender), new OneshotReceiver(receiver)];
}

/** Sends one value. */
export class OneshotSender<T> implements Share {
  /** @internal */
  readonly sender: Sender<T>;

  /** @internal */
  constructor(sender: Sender<T>) {
    this.sender = sender;
  }

  /**
   * Sends the value. Never waits. A sender that is in a field of a task stays there, until it is set to null or the task ends.
   *
   * @throws SendError when there was a value before, or nobody receives it
   */
  send(value: T): void {
    if (!this.sender.trySend(value)) throw new SendError(value);
  }

  /** Gives the sender up. If there was no value, the receiver learns that none will come. */
  close(): void {
    this.sender.close();
  }

  /** For `using`: the same as `close()`. */
  [Symbol.dispose](): void {
    this.sender[Symbol.dispose]();
  }

  /** @internal */
  release(): void {
    this.sender.release();
  }
}

/** Receives one value. */
export class OneshotReceiver<T> implements Share {
  /** @internal */
  readonly receiver: Receiver<T>;

  /** @internal */
  constructor(receiver: Receiver<T>) {
    this.receiver = receiver;
  }

  /** The value, or `Pending` when there is none yet. @throws RecvError when none will come */
  tryRecv(): Poll<T> {
    return present(this.receiver.tryRecv());
  }

  /** For sendable tasks: the same, and with `Pending` the task is woken when there is one. */
  pollRecv(cx: TaskContext): Poll<T> {
    return present(this.receiver.pollRecv(cx));
  }

  /** The same for coroutines, and, by `.promise()`, for the main thread. */
  recv(): SharedWait<T> {
    return this.receiver.wait((waiter, generation) => present(this.receiver.attempt(waiter, generation)));
  }

  /** Gives the receiver up. */
  close(): void {
    this.receiver.close();
  }

  /** For `using`: the same as `close()`. */
  [Symbol.dispose](): void {
    this.receiver[Symbol.dispose]();
  }

  /** @internal */
  release(): void {
    this.receiver.release();
  }
}

function present<T>(value: Poll<T | End>): Poll<T> {
  if (value === End) throw new RecvError();
  return value;
}
