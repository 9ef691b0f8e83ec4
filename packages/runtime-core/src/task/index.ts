// Tasks, what is built of them, and the two things that an executor is made of: what it schedules and what it waits in.
export { type AnyFunction, blockingFn, spawnBlocking, type BlockingCall, type BlockingPool } from "./blocking-pool.ts";
export type { Driver, DriverWatch, UnparkHandle } from "./driver.ts";
export { enter, NestedRuntimeError } from "./enter.ts";
export { JoinError } from "./join-error.ts";
export type { AbortHandle, JoinHandle } from "./join-handle.ts";
export { JoinSet, type JoinOutcome } from "./join-set.ts";
export { LocalSet, spawnLocal } from "./local-set.ts";
export { FairnessRandom } from "./random.ts";
export { RunQueue } from "./run-queue.ts";
export type { Executor, Runtime, SpawnOptions } from "./runtime.ts";
export { spawn } from "./spawn.ts";
export { currentTaskId, tryCurrentTaskId } from "./task-id.ts";
export { TaskList } from "./task-list.ts";
export { TaskLocal, TaskLocalUnsetError } from "./task-local.ts";
export { TaskTracker, type TaskTrackerToken } from "./task-tracker.ts";
export { Task, type Scheduler } from "./task.ts";
