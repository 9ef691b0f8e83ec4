// Sharing and signalling between tasks of one thread.
export { Barrier, type BarrierWaitResult } from "./barrier.ts";
export * as broadcast from "./broadcast/index.ts";
export { CancellationToken, DropGuard } from "./cancellation-token.ts";
export {
  LaggedError,
  PermitUsedError,
  ReceiverBusyError,
  RecvError,
  SendError,
  SenderDroppedError,
} from "./channel-errors.ts";
export { GuardDroppedError } from "./locked-value.ts";
export * as mpsc from "./mpsc/index.ts";
export { Mutex, MutexGuard } from "./mutex.ts";
export { Notified, Notify } from "./notify.ts";
export { OnceCell, SetError } from "./once-cell.ts";
export * as oneshot from "./oneshot/index.ts";
export { RwLock, RwLockReadGuard, RwLockWriteGuard } from "./rw-lock.ts";
export { SemaphoreClosedError } from "./semaphore-core.ts";
export { Semaphore, SemaphorePermit } from "./semaphore.ts";
export * as watch from "./watch/index.ts";
