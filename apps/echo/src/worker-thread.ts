// A thread that serves, as the main thread sees it.
import { once } from "node:events";
import { Worker } from "node:worker_threads";

export interface ServingThread<Message> {
  /** What the thread sent first. */
  readonly message: Message;
  /** Settled when the thread has ended: rejected with what it threw. */
  readonly ended: Promise<void>;
}

/** Starts the thread and waits until it says that it serves. @throws what the thread throws before that */
export async function startThread<Message>(program: URL, workerData: unknown): Promise<ServingThread<Message>> {
  const worker = new Worker(program, { workerData });
  const ended = new Promise<void>((resolve, reject) => {
    worker.once("error", reject);
    worker.once("exit", () => {
      resolve();
    });
  });
  // Whoever waits for the end hears of a failure.
  ended.catch(() => {});
  // The first message of the program, by the caller's word; an error comes out here as well.
  const [message] = (await once(worker, "message")) as [Message];
  return { message, ended };
}
