// What one wait returned.
import type { NativePoller } from "../system/native.ts";
import { isError, isPriority, isReadable, isReadClosed, isWritable, isWriteClosed } from "./interest.ts";
import { HIGH_UNIT, type Token } from "./token.ts";

/** One event. Several of its predicates may hold. */
export class Event {
  /** What the descriptor was registered with. */
  readonly token: Token;
  private readonly flags: number;

  constructor(token: Token, flags: number) {
    this.token = token;
    this.flags = flags;
  }

  get isReadable(): boolean {
    return isReadable(this.flags);
  }

  get isWritable(): boolean {
    return isWritable(this.flags);
  }

  /** The other end has finished sending: there may still be something to read, and writing may still succeed. */
  get isReadClosed(): boolean {
    return isReadClosed(this.flags);
  }

  /** Nobody will read what is written. */
  get isWriteClosed(): boolean {
    return isWriteClosed(this.flags);
  }

  get isPriority(): boolean {
    return isPriority(this.flags);
  }

  /** An error is pending: the next call on the descriptor reports it. */
  get isError(): boolean {
    return isError(this.flags);
  }
}

/** The events of the latest wait, until the next one. */
export class Events implements Iterable<Event> {
  /** How many there are. */
  length = 0;
  /** A signal ended the wait. */
  interrupted = false;
  private readonly words: Uint32Array;
  private readonly stride: number;
  private readonly flagsAtWord: number;
  private readonly tokenAtWord: number;

  /** For `Poll`. @internal */
  constructor(poller: NativePoller) {
    this.words = new Uint32Array(poller.events);
    this.stride = poller.strideBytes / Uint32Array.BYTES_PER_ELEMENT;
    this.flagsAtWord = poller.flagsOffsetBytes / Uint32Array.BYTES_PER_ELEMENT;
    this.tokenAtWord = poller.tokenOffsetBytes / Uint32Array.BYTES_PER_ELEMENT;
  }

  /** One object for each event. */
  *[Symbol.iterator](): Iterator<Event> {
    for (let at = 0; at < this.length; at++) {
      yield new Event(this.tokenHighAt(at) * HIGH_UNIT + this.tokenLowAt(at), this.flagsAt(at));
    }
  }

  // The same without an object for each.

  /** The flags of event `at`, as epoll(7) has them. */
  flagsAt(at: number): number {
    return this.words[at * this.stride + this.flagsAtWord];
  }

  /** The token of event `at`, without what is above 2**32. */
  tokenLowAt(at: number): number {
    return this.words[at * this.stride + this.tokenAtWord];
  }

  /** The token of event `at`, divided by 2**32. */
  tokenHighAt(at: number): number {
    return this.words[at * this.stride + this.tokenAtWord + 1];
  }
}
