// The future of one descriptor becoming readable, for descriptors that are not the driver's: eventfds, pipes, another poll set.
import { POLLIN } from "./abi.ts";
import type { Operations } from "./operations.ts";
import { PollOnce } from "./poll-once.ts";

export class Readable extends PollOnce<void> {
  constructor(operations: Operations, fd: number) {
    super(operations, fd, POLLIN, () => {});
  }
}
