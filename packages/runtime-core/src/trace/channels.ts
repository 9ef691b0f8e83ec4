// What a runtime tells an observer: plain channels of `node:diagnostics_channel`, and a stand-in that nobody can subscribe to
// where an engine lacks that module. Whoever publishes asks `hasSubscribers` first, so that nothing is built for nobody.

/** The part of Node's `Channel` that is used here. */
export interface Channel {
  /** Whether publishing reaches anyone. */
  readonly hasSubscribers: boolean;
  /** Hands the message to every subscriber, synchronously. */
  publish(message: unknown): void;
}

/** A task as a subscriber sees it. The object is the task itself: keep its id rather than the object. */
export interface TracedTask {
  readonly id: number;
  readonly name: string | undefined;
}

/** A message of {@link taskSpawn}, {@link taskWake} and {@link taskFinish}. */
export interface TaskEvent {
  readonly task: TracedTask;
}

/** A message of {@link taskPoll}: `start` before a poll of the task's future, `end` after it has returned or thrown. */
export interface TaskPollEvent extends TaskEvent {
  readonly phase: "start" | "end";
}

/** A message of {@link taskFinish}. */
export interface TaskFinishEvent extends TaskEvent {
  readonly outcome: "completed" | "failed" | "cancelled";
}

interface DiagnosticsChannel {
  channel(name: string): Channel;
}

interface Host {
  readonly process?: { getBuiltinModule?(name: string): DiagnosticsChannel | undefined };
}

const silent: Channel = { hasSubscribers: false, publish() {} };

function channel(name: string): Channel {
  // Imported it could not be: the core runs in engines that do not have it.
  const host = globalThis as Host;
  return host.process?.getBuiltinModule?.("node:diagnostics_channel")?.channel(name) ?? silent;
}

/** `pollab.task.spawn`: a task was made. Carries a {@link TaskEvent}. */
export const taskSpawn: Channel = channel("pollab.task.spawn");
/** `pollab.task.poll`: a task's future is about to be polled, or was. Carries a {@link TaskPollEvent}. */
export const taskPoll: Channel = channel("pollab.task.poll");
/**
 * `pollab.task.wake`: a task was woken and is scheduled for that; of one woken by its own poll, told when that is over. Carries a
 * {@link TaskEvent}.
 */
export const taskWake: Channel = channel("pollab.task.wake");
/** `pollab.task.finish`: a task will not run again. Carries a {@link TaskFinishEvent}. */
export const taskFinish: Channel = channel("pollab.task.finish");
