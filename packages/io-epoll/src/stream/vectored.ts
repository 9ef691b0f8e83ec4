// Reads and writes of several owned buffers at once, which the operation has from its first poll until it is finished.
import { type IoBuffer, MAX_RANGES, SlabRanges, requireRange, requireTargets } from "@pollab/io-sys";
import { type Context, Future, Pending, type Poll, PolledAfterCompletionError } from "@pollab/runtime-core/future";
import type { BufferSlice, VectoredTransfer } from "@pollab/runtime-core/io";
import { ConcurrentOperationError } from "../concurrent-operation-error.ts";
import type { ByteIo } from "./byte-io.ts";

const UNPOLLED = 0;
const UNDER_WAY = 1;
const DONE = 2;

/** The ranges of the call in progress: a thread makes one at a time. */
const ranges = new SlabRanges();

/** What both directions have in common: holding the buffers. */
abstract class Vectored extends Future<VectoredTransfer<IoBuffer>> {
  protected readonly stream: ByteIo;
  /** In the order they were given. */
  private readonly bufs: readonly IoBuffer[];
  private readonly distinct: ReadonlySet<IoBuffer>;
  private state: typeof UNPOLLED | typeof UNDER_WAY | typeof DONE = UNPOLLED;

  constructor(stream: ByteIo, bufs: readonly IoBuffer[], distinct: ReadonlySet<IoBuffer>) {
    super();
    this.stream = stream;
    this.bufs = bufs;
    this.distinct = distinct;
  }

  override poll(cx: Context): Poll<VectoredTransfer<IoBuffer>> {
    if (this.state !== UNDER_WAY) this.begin();
    let n: number | null;
    try {
      n = this.advance(cx);
    } catch (error) {
      this.finish();
      throw error;
    }
    if (n === null) return Pending;
    this.finish();
    return { n, bufs: this.bufs };
  }

  override drop(): void {
    if (this.state === UNDER_WAY) {
      this.forget();
      // Whoever passed the buffers in has given them up; the kernel never had them.
      for (const buf of this.distinct) buf.orphan();
      this.finish();
    }
    this.state = DONE;
  }

  /** The number of bytes moved when all is done, null to wait. */
  protected abstract advance(cx: Context): number | null;
  /** Claims the direction of the stream, or gives it back. @throws ConcurrentOperationError */
  protected abstract claim(): void;
  protected abstract unclaim(): void;
  /** Takes the waker back. */
  protected abstract forget(): void;

  private begin(): void {
    if (this.state === DONE) throw new PolledAfterCompletionError("vectored transfer");
    this.state = DONE;
    this.claim();
    const lent: IoBuffer[] = [];
    try {
      for (const buf of this.distinct) {
        buf.lend();
        lent.push(buf);
      }
    } catch (error) {
      for (const buf of lent) buf.giveBack();
      this.unclaim();
      throw error;
    }
    this.state = UNDER_WAY;
  }

  private finish(): void {
    this.state = DONE;
    this.unclaim();
    for (const buf of this.distinct) buf.giveBack();
  }
}

/** A read into several buffers. */
export class ReadVectored extends Vectored {
  private readonly targets: readonly IoBuffer[];
  private readonly capacityBytes: number;

  constructor(stream: ByteIo, bufs: readonly IoBuffer[]) {
    requireTargets(bufs);
    super(stream, bufs, new Set(bufs));
    this.targets = bufs.slice(0, MAX_RANGES);
    this.capacityBytes = this.targets.reduce((sum, buf) => sum + buf.capacityBytes, 0);
  }

  protected override advance(cx: Context): number | null {
    const { registration, transport } = this.stream;
    while (registration.pollReadable(cx, "read")) {
      ranges.clear();
      for (const buf of this.targets) ranges.push(buf, 0, buf.capacityBytes);
      const n = transport.readRanges(registration.fd, ranges);
      if (registration.tookRead(n, this.capacityBytes)) {
        cx.budget--;
        return n;
      }
    }
    return null;
  }

  protected override claim(): void {
    if (this.stream.reading) throw new ConcurrentOperationError("read");
    this.stream.reading = true;
  }

  protected override unclaim(): void {
    this.stream.reading = false;
  }

  protected override forget(): void {
    this.stream.registration.forgetReader();
  }
}

/** A write of several slices. */
export class WriteAllVectored extends Vectored {
  private readonly slices: readonly BufferSlice<IoBuffer>[];
  private written = 0;
  /** The slice in which the unwritten rest begins, and where in its buffer. */
  private first = 0;
  private at = 0;

  constructor(stream: ByteIo, slices: readonly BufferSlice<IoBuffer>[]) {
    for (const { buf, start, end } of slices) requireRange(buf, start, end);
    const bufs = slices.map((slice) => slice.buf);
    super(stream, bufs, new Set(bufs));
    this.slices = slices.map(({ buf, start, end }) => ({ buf, start, end }));
    this.at = this.slices[0]?.start ?? 0;
  }

  protected override advance(cx: Context): number | null {
    const { registration, transport } = this.stream;
    this.pass(0);
    while (this.first < this.slices.length) {
      if (!registration.pollWritable(cx, "write")) return null;
      const length = this.fillRanges();
      const n = transport.writeRanges(registration.fd, ranges);
      if (registration.tookWrite(n, length)) {
        cx.budget--;
        this.pass(n);
      }
    }
    return this.written;
  }

  /** The unwritten rest, as much as one call takes. Returns how many bytes that is. */
  private fillRanges(): number {
    ranges.clear();
    let length = 0;
    for (let index = this.first; index < this.slices.length && ranges.count < MAX_RANGES; index++) {
      const { buf, end, start } = this.slices[index];
      const from = index === this.first ? this.at : start;
      if (from === end) continue;
      ranges.push(buf, from, end);
      length += end - from;
    }
    return length;
  }

  /** Goes on by `n` bytes, to a byte that is still to be written or to the end. */
  private pass(n: number): void {
    this.written += n;
    let left = n;
    while (this.first < this.slices.length) {
      const { end } = this.slices[this.first];
      if (left < end - this.at) {
        this.at += left;
        return;
      }
      left -= end - this.at;
      this.first++;
      this.at = this.slices[this.first]?.start ?? 0;
    }
  }

  protected override claim(): void {
    if (this.stream.writing) throw new ConcurrentOperationError("write");
    this.stream.writing = true;
  }

  protected override unclaim(): void {
    this.stream.writing = false;
  }

  protected override forget(): void {
    this.stream.registration.forgetWriter();
  }
}
