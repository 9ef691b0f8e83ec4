// The work-stealing executor: tasks in shared memory that any worker can poll.
export { CancellationToken } from "./handles/cancellation-token.ts";
export { Receiver, Sender } from "./handles/channel.ts";
export { OneshotReceiver, OneshotSender } from "./handles/oneshot.ts";
export type { OwnedHandle } from "./handles/owned.ts";
export { Permit } from "./handles/permit.ts";
export { HeldPermit, Semaphore, SemaphoreClosedError } from "./handles/semaphore.ts";
export { SharedBuffer } from "./handles/shared-buffer.ts";
export type { SharedWait } from "./handles/shared-wait.ts";
export { TaskHandle } from "./handles/task-handle.ts";
export { type LayoutReturning, TaskSet } from "./handles/task-set.ts";
export {
  bool,
  buffer,
  bytes,
  f64,
  type Field,
  type Fields,
  type HandleKind,
  i32,
  i64,
  none,
  oneshotReceiverOf,
  oneshotSenderOf,
  permit,
  receiverOf,
  semaphore,
  senderOf,
  struct,
  taskOf,
  tasksOf,
  token,
  u32,
  UnsendableError,
  type ValueKind,
  type ValueOf,
  type ValuesOf,
} from "./layout/field.ts";
export {
  type ArgsOf,
  type FieldsIn,
  type PollFunction,
  type ResultOf,
  type SendTask,
  sendTask,
  type StateOf,
  type TaskLayout,
} from "./layout/send-task.ts";
export {
  AlreadyJoinedError,
  RuntimeClosedError,
  StaleHandleError,
  TooManyTasksError,
  UnknownTaskError,
  WorkerLostError,
} from "./runtime/errors.ts";
export type { MakeDriver } from "./runtime/make-driver.ts";
export type { Share } from "./runtime/member.ts";
export type { WorkerMetrics } from "./runtime/metrics.ts";
export { type Cloneable, UncloneableError } from "./runtime/pinned-call.ts";
export { type PinnedOptions, type StealingMetrics, type StealingOptions, StealingRuntime } from "./runtime/runtime.ts";
export type { TaskContext } from "./runtime/task-context.ts";
export { HeapFullError } from "./memory/heap.ts";
export { PoisonedError } from "./memory/semaphore.ts";
