// Tasks, and the two things that an executor is made of: what it schedules and what it waits in.
export type { Driver } from "./driver.ts";
export { enter, NestedRuntimeError } from "./enter.ts";
export { JoinError } from "./join-error.ts";
export type { JoinHandle } from "./join-handle.ts";
export { FairnessRandom } from "./random.ts";
export type { Executor, Runtime } from "./runtime.ts";
export { spawn } from "./spawn.ts";
export { TaskList } from "./task-list.ts";
export { Task, type Scheduler } from "./task.ts";
