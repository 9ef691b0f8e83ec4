// What goes wrong with a channel. An error that ends a send carries what was not sent.

/** There is no receiver any more that would take what is sent. */
export class SendError<T = unknown> extends Error {
  override readonly name = "SendError";
  /** What was not sent; undefined where only room for it was asked for. */
  readonly value: T;

  constructor(value: T) {
    super("the channel is closed: nobody receives from it any more; look at isClosed before sending");
    this.value = value;
  }
}

/** There is no sender any more, and what was waited for never came. */
export class RecvError extends Error {
  override readonly name = "RecvError";
  constructor() {
    super("the channel is closed: every sender was dropped before what was waited for came");
  }
}

/** The receiver of a broadcast was too slow: messages were overwritten before it took them. The next one it gets is the oldest left. */
export class LaggedError extends Error {
  override readonly name = "LaggedError";
  /** How many messages this receiver missed since its last one. */
  readonly missed: number;

  constructor(missed: number) {
    super(
      `the receiver lagged behind and missed ${missed} messages; receive faster, or give the channel more capacity`,
    );
    this.missed = missed;
  }
}

/** A sender was used after it had been dropped or, for a single value, had sent it. */
export class SenderDroppedError extends Error {
  override readonly name = "SenderDroppedError";
  constructor() {
    super("this sender was dropped or has sent its only value; clone a sender while it lives to have another");
  }
}

/** A receiver, which only one future can wait for at a time, was waited for by a second one. */
export class ReceiverBusyError extends Error {
  override readonly name = "ReceiverBusyError";
  constructor() {
    super(
      "another future already waits for this receiver; drop that one first, or let the tasks share the receiver in a Mutex",
    );
  }
}

/** A permit was used twice, or after it had been dropped. */
export class PermitUsedError extends Error {
  override readonly name = "PermitUsedError";
  constructor() {
    super("this permit was used or dropped before; each permit sends one message");
  }
}
