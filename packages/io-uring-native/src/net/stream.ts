// A TCP connection in the owned form.
import { SHUTDOWN } from "@pollab/io-sys";
import type { Future } from "@pollab/runtime-core/future";
import type { TcpStream, Transfer } from "@pollab/runtime-core/io";
import type { Descriptor } from "../descriptor.ts";
import { Lane } from "./lane.ts";
import { ReadLane } from "./read-lane.ts";
import type { RingBuffer } from "../operation.ts";
import type { Operations } from "../operations.ts";
import { Read } from "./read.ts";
import { WriteAll } from "./write-all.ts";

/** Dropping a read in flight loses no bytes: the next read begins with them. */
export class UringStream<B extends RingBuffer> implements TcpStream<B> {
  readonly #operations: Operations;
  readonly #descriptor: Descriptor;
  readonly #readLane = new ReadLane();
  readonly #writeLane = new Lane();

  constructor(operations: Operations, descriptor: Descriptor) {
    this.#operations = operations;
    this.#descriptor = descriptor;
  }

  read(buf: B): Future<Transfer<B>> {
    return new Read(this.#operations, this.#descriptor, this.#readLane, buf);
  }

  /** @throws RangeError when the range is not within the buffer */
  writeAll(buf: B, start: number, end: number): Future<Transfer<B>> {
    if (!(start >= 0 && start <= end && end <= buf.capacityBytes)) {
      throw new RangeError(
        `expected a range within the ${buf.capacityBytes} bytes of the buffer, got ${start} to ${end}`,
      );
    }
    return new WriteAll(this.#operations, this.#descriptor, this.#writeLane, buf, start, end);
  }

  shutdownRead(): void {
    this.#descriptor.shutdown(SHUTDOWN.read);
  }

  shutdownWrite(): void {
    this.#descriptor.shutdown(SHUTDOWN.write);
  }

  close(): void {
    // The peer learns of it now, also when the kernel needs a while to end what is in flight.
    if (this.#descriptor.inFlight > 0) this.#descriptor.shutdown(SHUTDOWN.both);
    this.#descriptor.close();
  }
}
