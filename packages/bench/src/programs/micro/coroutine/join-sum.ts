// Spawning tasks and adding up what they return, for the workloads in which several tasks share something.
import { asyncFn, type Future } from "@pollab/runtime-core/future";
import { type JoinHandle, spawn } from "@pollab/runtime-core/task";

/** @param task makes the future of each task, from its index */
export const joinSum: (tasks: number, task: (index: number) => Future<number>) => Future<number> = asyncFn(function* (
  tasks: number,
  task: (index: number) => Future<number>,
) {
  const handles: JoinHandle<number>[] = [];
  for (let i = 0; i < tasks; i++) handles.push(spawn(task(i)));
  let sum = 0;
  for (const handle of handles) sum += yield* handle;
  return sum;
});
