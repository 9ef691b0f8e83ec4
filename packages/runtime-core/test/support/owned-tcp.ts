// A connection in the owned form whose operations end when the test says so, and whose buffers say who has them.
import { type Context, Future, Pending, type Poll, type Waker } from "../../src/future/index.ts";
import type { BufferSource, OwnedBuffer, TcpStream, Transfer } from "../../src/io/index.ts";

/** A buffer that throws when it is touched by anyone but its holder. */
export class LentBuffer implements OwnedBuffer {
  readonly capacityBytes: number;
  lent = false;
  freed = false;
  /** What an operation may touch. */
  readonly memory: Uint8Array;

  constructor(capacityBytes: number) {
    this.capacityBytes = capacityBytes;
    this.memory = new Uint8Array(capacityBytes);
  }

  get bytes(): Uint8Array {
    if (this.lent || this.freed) throw new Error("this buffer is lent or freed");
    return this.memory;
  }

  free(): void {
    if (this.lent) throw new Error("this buffer is lent");
    this.freed = true;
  }
}

export class LentBuffers implements BufferSource<LentBuffer> {
  readonly bufferBytes: number;
  readonly taken: LentBuffer[] = [];

  constructor(bufferBytes: number) {
    this.bufferBytes = bufferBytes;
  }

  take(): LentBuffer {
    const buffer = new LentBuffer(this.bufferBytes);
    this.taken.push(buffer);
    return buffer;
  }
}

/** An operation: in flight from its first poll until `complete` or `fail`. */
export class OwnedOperation extends Future<Transfer<LentBuffer>> {
  readonly buf: LentBuffer;
  readonly start: number;
  readonly end: number;
  dropped = false;
  /** What it takes from the budget. */
  costs = 0;
  waker: Waker | null = null;
  private outcome: number | Error | null = null;

  constructor(buf: LentBuffer, start: number, end: number) {
    super();
    this.buf = buf;
    this.start = start;
    this.end = end;
  }

  /** Ends it: with the bytes that a read brings, or a number of bytes. */
  complete(result: Uint8Array | number): void {
    if (typeof result === "number") this.outcome = result;
    else {
      this.buf.memory.set(result);
      this.outcome = result.byteLength;
    }
    this.waker?.wake();
  }

  fail(error: Error): void {
    this.outcome = error;
    this.waker?.wake();
  }

  override poll(cx: Context): Poll<Transfer<LentBuffer>> {
    this.buf.lent = true;
    if (this.outcome === null) {
      this.waker = cx.waker;
      return Pending;
    }
    this.buf.lent = false;
    this.waker = null;
    cx.budget -= this.costs;
    if (this.outcome instanceof Error) throw this.outcome;
    return { n: this.outcome, buf: this.buf };
  }

  override drop(): void {
    this.dropped = true;
    this.waker = null;
    this.buf.lent = false;
    this.buf.free();
  }
}

export class OwnedTcp implements TcpStream<LentBuffer> {
  readonly reads: OwnedOperation[] = [];
  readonly writes: OwnedOperation[] = [];
  readonly log: string[] = [];
  /** Whether a write ends at its first poll. */
  writesAtOnce = false;

  read(buf: LentBuffer): Future<Transfer<LentBuffer>> {
    const operation = new OwnedOperation(buf, 0, buf.capacityBytes);
    this.reads.push(operation);
    return operation;
  }

  writeAll(buf: LentBuffer, start: number, end: number): Future<Transfer<LentBuffer>> {
    const operation = new OwnedOperation(buf, start, end);
    this.writes.push(operation);
    if (this.writesAtOnce) operation.complete(end - start);
    return operation;
  }

  shutdownRead(): void {
    this.log.push("shutdown read");
  }

  shutdownWrite(): void {
    this.log.push("shutdown write");
  }

  close(): void {
    this.log.push("close");
  }
}
