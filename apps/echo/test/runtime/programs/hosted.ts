// A program with a hosted runtime, on the main thread or in a worker. What the runtime is at, and how that ends, are arguments.
import { once } from "node:events";
import { readdirSync, writeSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { HostedThread } from "@pollab/executor-single";
import { asyncFn } from "@pollab/runtime-core/future";
import { sleep } from "@pollab/runtime-core/time";
import { type DriverName, driverFor, type Occupation, occupationNames, occupations } from "./runtimes.ts";

/** For the task to be well under way. */
const SETTLING_MS = 30;

interface Arguments {
  readonly driver: DriverName;
  readonly occupation: Occupation | "nothing";
  readonly end: string;
}

/** Written at once, as nothing may come after it. */
function say(text: string): void {
  writeSync(1, `${text}\n`);
}

async function onMainThread({ driver: name, occupation, end }: Arguments): Promise<void> {
  const driver = driverFor("hosted", name);
  const runtime = new HostedThread({ driver });
  if (end === "exits within a task") {
    const exit = asyncFn(function* () {
      yield* sleep(1);
      process.exit(7);
    });
    runtime.spawn(exit());
  }
  if (end === "handles a signal") {
    process.once("SIGTERM", () => {
      say("handled");
      runtime.close();
    });
  }
  const task = occupation === "nothing" ? undefined : runtime.spawn(occupations[occupation](driver));
  if (end === "ends by itself") {
    // The timer alone would not keep the process: that it is reached is the runtime's doing.
    setTimeout(() => {
      say("still there");
      task?.abort();
    }, SETTLING_MS).unref();
    return;
  }
  await delay(SETTLING_MS);
  if (end === "exits") process.exit(7);
  if (end === "throws") throw new Error("on purpose");
  if (end === "is ended by a signal" || end === "handles a signal") process.kill(process.pid, "SIGTERM");
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
    case "is unreferenced":
      worker.unref();
      return;
    case "is terminated":
      await worker.terminate();
      break;
    default:
      worker.postMessage("end");
  }
  await ended;
}

/** One worker after the other, in this one process. */
async function withEachWorker(driver: DriverName): Promise<void> {
  await withWorker({ driver, occupation: "nothing", end: "exits" });
  const before = descriptors();
  for (const occupation of ["nothing", ...occupationNames] as const) {
    for (const end of ["is terminated", "ends by itself", "exits"]) {
      await withWorker({ driver, occupation, end });
      say(`${occupation}, ${end}: ${descriptors() - before} descriptors left`);
    }
  }
}

function inWorker({ driver: name, occupation, end }: Arguments): void {
  const driver = driverFor("hosted", name);
  const runtime = new HostedThread({ driver });
  const task = occupation === "nothing" ? undefined : runtime.spawn(occupations[occupation](driver));
  parentPort?.once("message", () => {
    if (end === "exits") process.exit();
    task?.abort();
  });
  parentPort?.postMessage("started");
}

if (isMainThread) {
  // The test's words.
  const [thread, driver, occupation, end] = process.argv.slice(2) as [string, DriverName, Occupation, string];
  const args = { driver, occupation, end };
  if (thread === "main") await onMainThread(args);
  else if (thread === "worker") await withWorker(args);
  else await withEachWorker(driver);
} else {
  inWorker(workerData as Arguments);
}
