// A program with a runtime that owns a thread: a worker, or the main thread. What it is at, and how that ends, are arguments.
import { once } from "node:events";
import { readdirSync, writeSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { CurrentThread } from "@pollab/executor-single";
import { terminateWorker } from "@pollab/io-sys";
import { asyncFn } from "@pollab/runtime-core/future";
import { spawn } from "@pollab/runtime-core/task";
import { sleep } from "@pollab/runtime-core/time";
import { type DriverName, driverFor, type Occupation, occupationNames, occupations } from "./runtimes.ts";

/** For the task to be well under way, and the thread parked. */
const SETTLING_MS = 30;

interface Arguments {
  readonly driver: DriverName;
  readonly occupation: Occupation;
  readonly end: string;
}

function say(text: string): void {
  writeSync(1, `${text}\n`);
}

function descriptors(): number {
  return readdirSync("/proc/self/fd").length;
}

/** Returns when the worker has ended, or must not be waited for. */
async function withWorker(args: Arguments): Promise<void> {
  const worker = new Worker(new URL(import.meta.url), { workerData: args });
  const ended = once(worker, "exit");
  await once(worker, "message");
  await delay(SETTLING_MS);
  switch (args.end) {
    case "is left by the process":
      process.exit(7);
      break;
    case "is left by a failing process":
      throw new Error("on purpose");
    case "is unreferenced":
      worker.unref();
      return;
    case "is terminated":
      await terminateWorker(worker);
      break;
    case "is ended by a handler of a signal":
      process.once("SIGTERM", () => void terminateWorker(worker));
      process.kill(process.pid, "SIGTERM");
  }
  await ended;
}

/** One worker after the other, in this one process. */
async function withEachWorker(driver: DriverName): Promise<void> {
  await withWorker({ driver, occupation: "sleeping", end: "exits within a task" });
  const before = descriptors();
  for (const occupation of occupationNames) {
    for (const end of ["is terminated", "is ended by a handler of a signal", "exits within a task"]) {
      await withWorker({ driver, occupation, end });
      say(`${occupation}, ${end}: ${descriptors() - before} descriptors left`);
    }
  }
}

function inWorker({ driver: name, occupation, end }: Arguments): void {
  const driver = driverFor("owned", name);
  const runtime = new CurrentThread({ driver });
  parentPort?.postMessage("started");
  if (end !== "exits within a task") {
    runtime.blockOn(occupations[occupation](driver));
    return;
  }
  const exit = asyncFn(function* () {
    spawn(occupations[occupation](driver));
    yield* sleep(SETTLING_MS);
    process.exit();
  });
  runtime.blockOn(exit());
}

function onMainThread({ driver: name, occupation, end }: Arguments): void {
  const driver = driverFor("owned", name);
  const runtime = new CurrentThread({ driver });
  const main = asyncFn(function* () {
    const task = spawn(occupations[occupation](driver));
    yield* sleep(SETTLING_MS);
    if (end === "exits within a task") process.exit(7);
    if (end === "is ended by a signal") {
      process.kill(process.pid, "SIGTERM");
      yield* sleep(1_000_000);
    }
    task.abort();
  });
  runtime.blockOn(main());
  // Closed or not, nothing keeps the process.
  say("returned");
}

if (isMainThread) {
  // The test's words.
  const [thread, driver, occupation, end] = process.argv.slice(2) as [string, DriverName, Occupation, string];
  const args = { driver, occupation, end };
  if (thread === "main") onMainThread(args);
  else if (thread === "worker") await withWorker(args);
  else await withEachWorker(driver);
} else {
  inWorker(workerData as Arguments);
}
