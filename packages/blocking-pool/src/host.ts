// The thread that runs the pool. The runtime's own thread cannot: while it is parked its event loop stands still, and piscina,
// like everything that waits for workers, needs one.
import { writeSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { workerData } from "node:worker_threads";
import { Piscina } from "piscina";
import { beside } from "./beside.ts";
import { type CallMessage, GATE, type HostData, OPEN, type Outcome, POSTED, SIGNALLING, thrown } from "./messages.ts";

/** 1 as the kernel reads it from an eventfd's writer. */
const ONE = new Uint8Array(new BigUint64Array([1n]).buffer);

// What BlockingThreads passes.
const { port, words, unpark, threads, idleTimeoutMs } = workerData as HostData;

const piscina = new Piscina({
  filename: fileURLToPath(beside("call")),
  minThreads: 0,
  maxThreads: threads,
  idleTimeout: idleTimeoutMs,
});

port.on("message", (message: CallMessage) => void make(message));

/** Makes a call and posts how it ended. Never fails. */
async function make({ id, call }: CallMessage): Promise<void> {
  let outcome: Outcome;
  try {
    outcome = (await piscina.run(call, { name: "call" })) as Outcome;
  } catch (error) {
    // Not the function failed, but its thread ended, or the result could not be copied.
    outcome = thrown(new Error(`the call of ${call.exportName} gave nothing back: ${reasonOf(error)}`));
  }
  port.postMessage({ id, outcome });
  Atomics.add(words, POSTED, 1);
  Atomics.notify(words, POSTED);
  if (unpark !== null) signal(unpark);
}

/** A DOMException, which is what says that something cannot be copied, loses its message on its way between threads. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || (error.stack?.split("\n", 1)[0] ?? error.name);
}

/** Ends the park of the runtime's thread, unless that has closed its driver. */
function signal(handle: NonNullable<HostData["unpark"]>): void {
  if (Atomics.compareExchange(words, GATE, OPEN, SIGNALLING) !== OPEN) return;
  if ("eventFd" in handle) {
    writeSync(handle.eventFd, ONE);
  } else {
    Atomics.store(handle.word, 0, 1);
    Atomics.notify(handle.word, 0);
  }
  Atomics.store(words, GATE, OPEN);
  Atomics.notify(words, GATE);
}
