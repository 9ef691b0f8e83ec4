// Asks epoll to say when a regular file is ready: whether it refuses.
import { closeSync, openSync } from "node:fs";
import { Interest, Poll } from "@pollab/io-epoll";
import { runOnce } from "../../micro/harness.ts";

/** Of epoll_ctl(2): the file does not support it. */
const REFUSAL = "EPERM";
const TOKEN = 1;

await runOnce((_level, operations) => {
  const poll = Poll.create();
  const fd = openSync(import.meta.filename, "r");
  let refused = 0;
  try {
    poll.registry.register(fd, TOKEN, Interest.readable);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === REFUSAL)) throw error;
    refused = 1;
  } finally {
    closeSync(fd);
    poll.close();
  }
  return { result: operations, counters: { refused } };
});
