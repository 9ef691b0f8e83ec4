// What can be sent from thread to thread: the kinds of fields that a task, a message or a result is made of. A field is plain data
// that says which kind it is, so a layout itself can be sent; its TypeScript type carries the type of the values.
import type { SharedBuffer } from "../handles/shared-buffer.ts";
import type { CancellationToken } from "../handles/cancellation-token.ts";
import type { OneshotReceiver, OneshotSender } from "../handles/oneshot.ts";
import type { Permit } from "../handles/permit.ts";
import type { Receiver, Sender } from "../handles/channel.ts";
import type { Semaphore } from "../handles/semaphore.ts";
import type { TaskHandle } from "../handles/task-handle.ts";
import type { TaskSet } from "../handles/task-set.ts";

/** Fields that hold a value of their own. */
export type ValueKind = "i32" | "u32" | "f64" | "i64" | "bool" | "bytes" | "struct" | "none";
/** Fields that hold a share in something that is elsewhere. */
export type HandleKind =
  | "task"
  | "tasks"
  | "sender"
  | "receiver"
  | "oneshotSender"
  | "oneshotReceiver"
  | "semaphore"
  | "permit"
  | "token"
  | "buffer";

declare const Value: unique symbol;

/** A kind of field whose values are `T`. Plain data. */
export interface Field<T> {
  readonly kind: ValueKind | HandleKind;
  /** Of `bytes`: the most that there can be. */
  readonly capacityBytes?: number;
  /** Of `tasks`: how many there is room for. */
  readonly capacity?: number;
  /** Of a handle: what the task returns, or what the messages are. */
  readonly of?: Field<unknown>;
  /** Of a `struct`. */
  readonly fields?: Fields;
  /** For the compiler alone. */
  readonly [Value]?: T;
}

/** Fields by name. */
export type Fields = Readonly<Record<string, Field<unknown>>>;

/** The values of a kind of field. */
export type ValueOf<F> = F extends Field<infer T> ? T : never;

/** The values of several fields, to be read. */
export type ValuesOf<F extends Fields> = { readonly [Name in keyof F]: ValueOf<F[Name]> };

/** An integer from -2^31 to 2^31 - 1. */
export const i32: Field<number> = { kind: "i32" };
/** An integer from 0 to 2^32 - 1. */
export const u32: Field<number> = { kind: "u32" };
/** Any number. */
export const f64: Field<number> = { kind: "f64" };
/** A bigint from -2^63 to 2^63 - 1. */
export const i64: Field<bigint> = { kind: "i64" };
/** True or false. */
export const bool: Field<boolean> = { kind: "bool" };
/** No value: `undefined`. What a task returns that says nothing of its result. */
export const none: Field<void> = { kind: "none" };

/** Up to `capacityBytes` bytes. They are copied when the field is written, and when it is read. @throws RangeError */
export function bytes(capacityBytes: number): Field<Uint8Array> {
  if (!Number.isInteger(capacityBytes) || capacityBytes < 1) {
    throw new RangeError(`bytes: expected a capacity of at least 1, got ${capacityBytes}`);
  }
  return { kind: "bytes", capacityBytes };
}

/** Several fields as one value, an object; for messages and results. */
export function struct<F extends Fields>(fields: F): Field<ValuesOf<F>> {
  return { kind: "struct", fields };
}

/** The join handle of a task that returns a `result`. The task is detached when the field is overwritten, or its owner ends. */
export function taskOf<R>(result: Field<R>): Field<TaskHandle<R> | null> {
  return { kind: "task", of: result };
}

/** The most tasks of a {@link tasksOf} field. */
const MAX_TASKS = 1024;

/**
 * Join handles of up to `capacity` tasks that return a `result` each: what a task needs that spawns many and waits for all of them. The
 * tasks are detached when the owner of the field ends. Belongs to tasks only. All records of a runtime have the size of its largest
 * task, and this takes 8 bytes for each handle, so wide trees are better than huge sets.
 *
 * @throws RangeError
 */
export function tasksOf<R>(result: Field<R>, capacity: number): Field<TaskSet<R>> {
  if (!Number.isInteger(capacity) || capacity < 1 || capacity > MAX_TASKS) {
    throw new RangeError(`tasksOf: expected a capacity from 1 to ${MAX_TASKS}, got ${capacity}`);
  }
  return { kind: "tasks", of: result, capacity };
}

/** The sending end of a channel. A field counts as a sender of its own. */
export function senderOf<T>(message: Field<T>): Field<Sender<T> | null> {
  return { kind: "sender", of: message };
}

/** The receiving end of a channel. */
export function receiverOf<T>(message: Field<T>): Field<Receiver<T> | null> {
  return { kind: "receiver", of: message };
}

/** The end of a oneshot channel that sends its one value. */
export function oneshotSenderOf<T>(value: Field<T>): Field<OneshotSender<T> | null> {
  return { kind: "oneshotSender", of: value };
}

/** The end of a oneshot channel that receives its one value. */
export function oneshotReceiverOf<T>(value: Field<T>): Field<OneshotReceiver<T> | null> {
  return { kind: "oneshotReceiver", of: value };
}

/** A semaphore. */
export const semaphore: Field<Semaphore | null> = { kind: "semaphore" };
/** A place for permits of a semaphore; they are given back when the task ends, however it does. Belongs to tasks only. */
export const permit: Field<Permit> = { kind: "permit" };
/** A cancellation token. */
export const token: Field<CancellationToken | null> = { kind: "token" };
/** Shared bytes of any number. */
export const buffer: Field<SharedBuffer | null> = { kind: "buffer" };

const kinds: ReadonlySet<unknown> = new Set<ValueKind | HandleKind>([
  "i32",
  "u32",
  "f64",
  "i64",
  "bool",
  "bytes",
  "struct",
  "none",
  "task",
  "tasks",
  "sender",
  "receiver",
  "oneshotSender",
  "oneshotReceiver",
  "semaphore",
  "permit",
  "token",
  "buffer",
]);

/** Whether a value describes a field. */
export function isField(value: unknown): value is Field<unknown> {
  return typeof value === "object" && value !== null && "kind" in value && kinds.has(value.kind);
}

/** A value was to be sent that cannot be: it says which field it was for, and what that takes. */
export class UnsendableError extends TypeError {
  override readonly name = "UnsendableError";
  constructor(where: string, expected: string, value: unknown) {
    super(`${where} takes ${expected}, but was given ${described(value)}`);
  }
}

function described(value: unknown): string {
  if (typeof value === "function") return `a function (${value.name || "anonymous"}), which cannot leave its thread`;
  if (typeof value === "object" && value !== null) return `an object of class ${value.constructor?.name ?? "(none)"}`;
  if (typeof value === "bigint") return `${value}n`;
  return typeof value === "number" ? `${value}` : `${typeof value} ${String(value)}`;
}
