// A program whose worker runs a busy runtime, gets messages, answers each and writes a line for it.
import { writeSync } from "node:fs";
import {
  isMainThread,
  type MessagePort,
  parentPort,
  receiveMessageOnPort,
  Worker,
  workerData,
} from "node:worker_threads";
import { CurrentThread, HostedThread } from "@pollab/executor-single";
import { asyncFn, yieldNow } from "@pollab/runtime-core/future";
import { spawn } from "@pollab/runtime-core/task";
import { type DriverName, driverFor, occupations } from "./runtimes.ts";

const MESSAGES = 20;

interface Arguments {
  readonly mode: "hosted" | "owned";
  readonly driver: DriverName;
}

function onMainThread(args: Arguments): void {
  const worker = new Worker(new URL(import.meta.url), { workerData: args });
  let answers = 0;
  worker.on("message", (answer: number) => {
    if (answer !== answers) throw new Error(`answer ${answer} came instead of ${answers}`);
    answers++;
    if (answers < MESSAGES) worker.postMessage(answers);
    else worker.postMessage("end");
  });
  worker.once("exit", () => writeSync(1, `${answers} answers\n`));
  worker.postMessage(0);
}

/** The event loop delivers messages and writes lines. */
function whenHosted(port: MessagePort, name: DriverName): void {
  const driver = driverFor("hosted", name);
  const runtime = new HostedThread({ driver });
  runtime.spawn(occupations.busy(driver));
  runtime.spawn(occupations.talking(driver));
  port.on("message", (message: number | "end") => {
    if (message === "end") {
      runtime.close();
      port.close();
      return;
    }
    console.log(`message ${message}`);
    port.postMessage(message);
  });
}

/** There is no event loop while the runtime owns the thread: it asks for messages, and writes at once. */
function whenOwned(port: MessagePort, name: DriverName): void {
  const driver = driverFor("owned", name);
  const runtime = new CurrentThread({ driver });
  const main = asyncFn(function* () {
    spawn(occupations.busy(driver));
    spawn(occupations.talking(driver));
    for (;;) {
      const received: { readonly message: number | "end" } | undefined = receiveMessageOnPort(port);
      if (received?.message === "end") return;
      if (received !== undefined) {
        writeSync(1, `message ${received.message}\n`);
        port.postMessage(received.message);
      }
      yield* yieldNow();
    }
  });
  runtime.blockOn(main());
  runtime.close();
}

if (isMainThread) {
  // The test's words.
  const [mode, driver] = process.argv.slice(2) as ["hosted" | "owned", DriverName];
  onMainThread({ mode, driver });
} else if (parentPort !== null) {
  const { mode, driver } = workerData as Arguments;
  if (mode === "hosted") whenHosted(parentPort, driver);
  else whenOwned(parentPort, driver);
}
