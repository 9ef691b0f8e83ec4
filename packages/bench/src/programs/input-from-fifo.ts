// Preloaded by `node --import` where a tool gives a program no standard input: takes a named pipe for it, POLLAB_INPUT.
import { closeSync, openSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

const { POLLAB_INPUT } = process.env;
if (POLLAB_INPUT === undefined) throw new Error("POLLAB_INPUT expects the path of a named pipe");
if (isMainThread) {
  closeSync(0);
  // The lowest descriptor that is free (open(2)).
  const fd = openSync(POLLAB_INPUT, "r");
  if (fd !== 0) throw new Error(`standard input was to be opened, but is descriptor ${fd}`);
}
