// Transfers of a file as parts of a chain. A transfer of fewer bytes than were asked for breaks the chain.
import { requireRange } from "@pollab/io-sys";
import type { Transfer } from "@pollab/runtime-core/io";
import { OP_FSYNC, OP_READ, OP_WRITE } from "../abi.ts";
import type { Descriptor } from "../descriptor.ts";
import type { RingBuffer } from "../operation.ts";
import { type Step, succeeded } from "./step.ts";

/** Makes steps of one file; `UringFile.steps` is one. */
export class FileSteps {
  readonly #descriptor: Descriptor;

  /** @internal */
  constructor(descriptor: Descriptor) {
    this.#descriptor = descriptor;
  }

  /** Reads at a position, up to the size of the buffer. @throws RangeError for a position that is none */
  readAt<B extends RingBuffer>(buf: B, position: number): Step<Transfer<B>> {
    return this.#transfer(OP_READ, "read", buf, 0, buf.capacityBytes, position);
  }

  /** Writes a range at a position. @throws RangeError when it is not within the buffer, and for a position that is none */
  writeAt<B extends RingBuffer>(buf: B, start: number, end: number, position: number): Step<Transfer<B>> {
    return this.#transfer(OP_WRITE, "write", buf, start, end, position);
  }

  /** As fsync(2). */
  sync(): Step<void> {
    return {
      limitMs: Infinity,
      prepare: (operations) => {
        this.#descriptor.assertOpen("fsync");
        return operations.prepare(OP_FSYNC, this.#descriptor);
      },
      finish: (result) => {
        succeeded(result, "fsync");
      },
    };
  }

  #transfer<B extends RingBuffer>(
    opcode: number,
    syscall: string,
    buf: B,
    start: number,
    end: number,
    position: number,
  ): Step<Transfer<B>> {
    requireRange(buf, start, end);
    if (!Number.isSafeInteger(position) || position < 0) {
      throw new RangeError(`expected a position in bytes from 0 on, got ${position}`);
    }
    return {
      limitMs: Infinity,
      prepare: (operations) => {
        this.#descriptor.assertOpen(syscall);
        const operation = operations.prepareTransfer(opcode, this.#descriptor, buf, start, end - start);
        operation.seek(position);
        return operation;
      },
      finish: (result) => ({ n: succeeded(result, syscall), buf }),
    };
  }
}
