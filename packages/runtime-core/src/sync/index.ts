// Sharing and signalling between tasks of one thread.
export { Barrier, type BarrierWaitResult } from "./barrier.ts";
export { CancellationToken, DropGuard } from "./cancellation-token.ts";
export { GuardDroppedError } from "./locked-value.ts";
export { Mutex, MutexGuard } from "./mutex.ts";
export { Notified, Notify } from "./notify.ts";
export { OnceCell, SetError } from "./once-cell.ts";
export { RwLock, RwLockReadGuard, RwLockWriteGuard } from "./rw-lock.ts";
export { SemaphoreClosedError } from "./semaphore-core.ts";
export { Semaphore, SemaphorePermit } from "./semaphore.ts";
