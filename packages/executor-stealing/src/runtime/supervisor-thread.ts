// The thread that starts the workers and hears of their ends. The main thread cannot: it may be a worker itself, which hears nothing
// while it runs tasks. This one does nothing else, so it always does.
//
// When a worker dies: its id is taken out (locks that it held can be taken over), everybody comes to rest, its tasks fail and what it
// had in its hands is put back (repair.ts), then everybody goes on, and a new thread takes its place; or the runtime is closed.
//
// Closing, in this order:
//   1. the flag Closing is raised and everybody woken: no new tasks, and every worker ends after its poll in progress
//   2. each worker drops its coroutines, so that their `finally` blocks run, and closes its driver
//   3. when all have ended, every task that has not finished is cancelled, and what its state holds is given up
//   4. the main thread is told
import { setTimeout as delay } from "node:timers/promises";
import { parentPort, Worker as Thread, workerData } from "node:worker_threads";
import { Closing, Control } from "./control.ts";
import { encodeThrown, WorkerLostError } from "./errors.ts";
import { beside } from "./modules.ts";
import { Outsider } from "./outsider.ts";
import { cancelAll, repair } from "./repair.ts";
import type { SupervisorData, SupervisorNews, SupervisorRequest, WorkerThreadData } from "./thread-data.ts";

/** Between two looks whether everybody rests, in milliseconds. */
const LOOK_AGAIN_MS = 1;

// What the main thread passes.
const data = workerData as SupervisorData;
const member = new Outsider(data.member, new Map());
const { plan, words } = member;
const control = new Control(words, plan.control);
const { workers } = plan.options;

interface Running {
  readonly thread: Thread;
  isReady: boolean;
  isTerminated: boolean;
  /** Why it ended, as far as it said. */
  error: unknown;
}

const running = new Map<number, Running>();
let nextId = plan.slots + 1;
let closing = false;
let isUp = false;
/** Why the runtime is closed, if not because it was asked for. */
let failure: unknown;
/** Workers that died and have not been seen to. */
const lost = new Map<number, WorkerLostError>();
let isMending = false;

function tell(news: SupervisorNews): void {
  parentPort?.postMessage(news);
}

function start(slot: number): void {
  const threadData: WorkerThreadData = { member: { ...data.member, slot, id: nextId++ }, settings: data.settings };
  const thread = new Thread(beside("worker-thread"), {
    workerData: threadData,
    name: `pollab worker ${slot}`,
    ...(data.resourceLimits === undefined ? {} : { resourceLimits: data.resourceLimits }),
  });
  const entry: Running = { thread, isReady: false, isTerminated: false, error: undefined };
  running.set(slot, entry);
  thread.on("message", () => {
    entry.isReady = true;
    becomeUp();
  });
  thread.on("error", (error) => {
    entry.error = error;
  });
  thread.on("exit", (code) => {
    running.delete(slot);
    // Whoever waits for a lock of it takes that over from now on.
    Atomics.store(words, plan.memberIds + slot, 0);
    if (isEnding() && entry.error === undefined) return;
    onLost(slot, entry, entry.error ?? new Error(`its thread ended with code ${code}`));
  });
}

/**
 * Whether the runtime ends: because that was asked for, or because the process exits, of which the flag alone tells. A main thread that
 * exits never rests, so a pause for a repair would keep the workers from ending, too.
 */
function isEnding(): boolean {
  return closing || (control.flags() & Closing) !== 0;
}

/** Tells the main thread, once, when all workers run. */
function becomeUp(): void {
  if (isUp || running.size < workers - data.firstWorker || [...running.values()].some(({ isReady }) => !isReady))
    return;
  isUp = true;
  tell({ kind: "ready" });
}

function onLost(slot: number, entry: Running, cause: unknown): void {
  const error = new WorkerLostError(slot, cause);
  lost.set(slot, error);
  // One that cannot even be started would be started for ever.
  if (!entry.isReady && (!isUp || entry.error !== undefined)) failure ??= cause;
  else if (data.onWorkerLost === "shutdown") failure ??= error;
  if (isEnding()) return;
  if (failure === undefined) void mend();
  else void close();
}

function wakeAll(): void {
  for (let slot = 0; slot < workers; slot++) member.unpark(slot);
}

/** Fails the tasks of workers that died, and replaces these. */
async function mend(): Promise<void> {
  if (isMending) return;
  isMending = true;
  control.beginPause();
  wakeAll();
  if (!(await stillness())) {
    control.endPause();
    isMending = false;
    return;
  }
  const seen = [...lost];
  lost.clear();
  for (const [slot, error] of seen) {
    repair(member, [slot], error);
    tell({ kind: "lost", worker: slot, thrown: encodeThrown(error) });
  }
  control.endPause();
  isMending = false;
  if (closing) return;
  for (const [slot] of seen) start(slot);
  if (lost.size > 0) void mend();
}

/** Until everybody but this thread rests; or says that they will not, because the process exits meanwhile. */
async function stillness(): Promise<boolean> {
  tell({ kind: "pause" });
  while (!isStill()) {
    if (!closing && isEnding()) return false;
    await delay(LOOK_AGAIN_MS);
  }
  return true;
}

function isStill(): boolean {
  // The main thread rests between two polls if it runs tasks, and otherwise when it has the message.
  const isMainStill = control.isResting(plan.mainSlot) || (control.isMainActive && control.isResting(0));
  return isMainStill && [...running].every(([slot, { isReady }]) => !isReady || control.isResting(slot));
}

/** Whether nobody runs tasks any more. */
function isOver(): boolean {
  return running.size === 0 && !control.isMainActive && !isMending;
}

async function close(): Promise<void> {
  if (closing) return;
  closing = true;
  control.raiseClosing();
  wakeAll();
  while (!isOver()) {
    // A worker that is still loading its modules does not look at the flag.
    for (const [slot, { isReady }] of running) if (!isReady) terminate(slot);
    await delay(LOOK_AGAIN_MS);
  }
  for (const [slot, error] of lost) repair(member, [slot], error);
  cancelAll(member);
  tell({ kind: "closed", thrown: failure === undefined ? undefined : encodeThrown(failure) });
  parentPort?.close();
}

parentPort?.on("message", (request: SupervisorRequest) => {
  if (request.kind === "close") void close();
  else terminate(request.worker);
});

function terminate(slot: number): void {
  const entry = running.get(slot);
  if (entry === undefined || entry.isTerminated) return;
  entry.isTerminated = true;
  void entry.thread.terminate();
  // A thread that waits in native code finds that it was terminated when its wait ends.
  member.unpark(slot);
}

for (let slot = data.firstWorker; slot < workers; slot++) start(slot);
becomeUp();
