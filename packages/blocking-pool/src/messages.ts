// What the runtime's thread, the host thread and the threads of the pool say to each other, and the words they share.
import type { MessagePort } from "node:worker_threads";
import type { BlockingCall, UnparkHandle } from "@pollab/runtime-core/task";

/** From the runtime's thread: a call to make. */
export interface CallMessage {
  readonly id: number;
  readonly call: BlockingCall;
}

/** An error as it crosses between threads: `structuredClone` alone would lose its class's name and its codes. */
export interface ErrorCopy {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly cause: unknown;
  /** Plain properties, such as `code`, `errno` and `syscall`. */
  readonly properties: Readonly<Record<string, string | number | boolean>>;
}

/** How a call ended. */
export type Outcome =
  | { readonly kind: "returned"; readonly value: unknown }
  | { readonly kind: "threw"; readonly error: ErrorCopy }
  /** What was thrown is no Error. */
  | { readonly kind: "threw value"; readonly value: unknown };

/** To the runtime's thread. */
export interface OutcomeMessage {
  readonly id: number;
  readonly outcome: Outcome;
}

/** What the host thread starts with. */
export interface HostData {
  readonly port: MessagePort;
  readonly words: Int32Array<SharedArrayBuffer>;
  /** Null where the runtime's thread runs an event loop, which messages wake. */
  readonly unpark: UnparkHandle | null;
  readonly threads: number;
  readonly idleTimeoutMs: number;
}

/** Index of the word that counts the outcomes posted so far. */
export const POSTED = 0;
/** Index of the word that says whether the runtime's thread may be unparked: its handle means nothing once it is closed. */
export const GATE = 1;
/** How many words there are. */
export const WORDS = 2;

export const OPEN = 0;
export const SIGNALLING = 1;
export const CLOSED = 2;

/** Of anything that was thrown. */
export function thrown(error: unknown): Outcome {
  if (!(error instanceof Error)) return { kind: "threw value", value: error };
  const properties: Record<string, string | number | boolean> = {};
  for (const [key, value] of Object.entries(error)) {
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") properties[key] = value;
  }
  const { name, message, stack, cause } = error;
  return { kind: "threw", error: { name, message, stack, cause, properties } };
}

/** The error that was copied. Of its class only the name is left. */
export function restored({ name, message, stack, cause, properties }: ErrorCopy): Error {
  const error = new Error(message, cause === undefined ? undefined : { cause });
  Object.defineProperty(error, "stack", { value: stack, configurable: true, writable: true });
  Object.defineProperty(error, "name", { value: name, configurable: true, writable: true });
  return Object.assign(error, properties);
}
