// Observing a runtime from outside.
export { taskFinish, taskPoll, taskSpawn, taskWake } from "./channels.ts";
export type { Channel, TaskEvent, TaskFinishEvent, TaskPollEvent, TracedTask } from "./channels.ts";
export { logicalStacks } from "./logical-stacks.ts";
