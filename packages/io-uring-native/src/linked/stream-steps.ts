// Transfers on a connection as parts of a chain. They do not wait for other reads and writes of the connection: begin none meanwhile.
import { requireRange } from "@pollab/io-sys";
import type { Transfer } from "@pollab/runtime-core/io";
import { MSG_NOSIGNAL, MSG_WAITALL, OP_RECV, OP_SEND } from "../abi.ts";
import type { Descriptor } from "../descriptor.ts";
import type { RingBuffer } from "../operation.ts";
import { type Step, succeeded } from "./step.ts";

/** Makes steps of one connection; `UringStream.steps` is one. */
export class StreamSteps {
  readonly #descriptor: Descriptor;

  /** @internal */
  constructor(descriptor: Descriptor) {
    this.#descriptor = descriptor;
  }

  /** Sends all of a range; less is a failure. @throws RangeError when it is not within the buffer */
  send<B extends RingBuffer>(buf: B, start: number, end: number): Step<Transfer<B>> {
    requireRange(buf, start, end);
    return {
      limitMs: Infinity,
      prepare: (operations) => {
        this.#descriptor.assertOpen("write");
        const operation = operations.prepareTransfer(OP_SEND, this.#descriptor, buf, start, end - start);
        operation.flags = MSG_NOSIGNAL | MSG_WAITALL;
        return operation;
      },
      finish: (result) => ({ n: succeeded(result, "write"), buf }),
    };
  }

  /** Receives up to the size of the buffer; any number of bytes is a success. */
  receive<B extends RingBuffer>(buf: B): Step<Transfer<B>> {
    return {
      limitMs: Infinity,
      prepare: (operations) => {
        this.#descriptor.assertOpen("read");
        return operations.prepareTransfer(OP_RECV, this.#descriptor, buf, 0, buf.capacityBytes);
      },
      finish: (result) => ({ n: succeeded(result, "read"), buf }),
    };
  }
}
