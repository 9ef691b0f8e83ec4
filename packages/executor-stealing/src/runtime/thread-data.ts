// What the threads of a runtime are started with, and the messages that they send each other. Everything else goes through shared
// memory.
import type { ResourceLimits } from "node:worker_threads";
import type { MemberData } from "./member.ts";

/** How each worker makes its driver. */
export interface DriverModule {
  /** URL of a module. */
  readonly module: string;
  /** The export that makes a `Driver`. */
  readonly exportName: string;
}

/** What every thread that runs tasks needs. */
export interface WorkerSettings {
  /** URLs of the modules with the tasks. */
  readonly modules: readonly string[];
  readonly driver: DriverModule | undefined;
  readonly spins: number;
  readonly seed: number;
}

/** What a worker thread is started with. */
export interface WorkerThreadData {
  readonly member: MemberData;
  readonly settings: WorkerSettings;
}

/** What the supervisor is started with. */
export interface SupervisorData {
  readonly member: MemberData;
  readonly settings: WorkerSettings;
  /** The first worker that is a thread of its own: 1 when the main thread is worker 0. */
  readonly firstWorker: number;
  readonly resourceLimits: ResourceLimits | undefined;
  readonly onWorkerLost: "continue" | "shutdown";
}

/** From a worker to the supervisor: it runs now. */
export interface WorkerReady {
  readonly kind: "ready";
}

/** From the main thread to the supervisor. */
export type SupervisorRequest = { readonly kind: "close" } | { readonly kind: "terminate"; readonly worker: number };

/** From the supervisor to the main thread. */
export type SupervisorNews =
  | { readonly kind: "ready" }
  /** It is to rest until the flag Pausing is gone. */
  | { readonly kind: "pause" }
  /** A worker was lost; its tasks have failed. */
  | { readonly kind: "lost"; readonly worker: number; readonly thrown: Uint8Array }
  /** Everything has ended; because of an error, if there is one. */
  | { readonly kind: "closed"; readonly thrown: Uint8Array | undefined };
