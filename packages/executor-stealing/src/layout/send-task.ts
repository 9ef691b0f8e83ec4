// A type of sendable tasks: a name, a layout, and the function that polls. The state of such a task is a record in shared memory, and
// every worker has loaded the function, so any of them can poll it, as a `Send` future can be polled by any thread in Rust.
import type { Poll } from "@pollab/runtime-core/future";
import type { TaskContext } from "../runtime/task-context.ts";
import { RESERVED_NAMES } from "./codec.ts";
import { type Field, type Fields, isField, none, UnsendableError, type ValueOf, type ValuesOf } from "./field.ts";

/** What the state of a type of tasks consists of. */
export interface TaskLayout {
  /** What whoever spawns a task gives it. */
  readonly args?: Fields;
  /** What it needs besides from poll to poll; begins as 0, false, null or empty. */
  readonly locals?: Fields;
  /** What it returns; nothing unless given. */
  readonly result?: Field<unknown>;
}

/** The fields of a part of a layout; none where the layout has no such part. */
export type FieldsIn<F> = F extends Fields ? F : {};

/** What a task of a layout is spawned with. One without arguments is given an object with nothing in it. */
export type ArgsOf<L extends TaskLayout> = keyof FieldsIn<L["args"]> extends never
  ? Readonly<Record<string, never>>
  : ValuesOf<FieldsIn<L["args"]>>;
/** What a task of a layout returns. */
export type ResultOf<L extends TaskLayout> = L["result"] extends Field<unknown> ? ValueOf<L["result"]> : void;
/** The state of a task of a layout, as its poll function sees it. Valid during the poll only. */
export type StateOf<L extends TaskLayout> = {
  -readonly [Name in keyof FieldsIn<L["args"]>]: ValueOf<FieldsIn<L["args"]>[Name]>;
} & {
  -readonly [Name in keyof FieldsIn<L["locals"]>]: ValueOf<FieldsIn<L["locals"]>[Name]>;
};

/**
 * Goes on with a task, until it has a result, or has to wait: then it has arranged to be woken, and returns `Pending`. It is called
 * again with the same state, perhaps on another thread. So everything that it remembers is in the state, and nothing in variables
 * outside. What it throws is the failure of the task.
 */
export type PollFunction<L extends TaskLayout> = (state: StateOf<L>, cx: TaskContext) => Poll<ResultOf<L>>;

/** Marks task types; one that another copy of this module made is one, too. */
const Brand: unique symbol = Symbol.for("pollab.SendTask") as never;

/** A type of sendable tasks, made by {@link sendTask}. */
export interface SendTask<L extends TaskLayout = TaskLayout> {
  readonly [Brand]: true;
  readonly name: string;
  readonly layout: L;
  readonly poll: PollFunction<L>;
}

/**
 * Defines a type of tasks that any worker can run. Export it from a module that the runtime is told of (`modules`): every worker
 * loads it from there. Names are unique within a runtime.
 *
 * ```ts
 * export const countdown = sendTask("countdown", { args: { n: i32 }, result: i32 }, (state, cx) => {
 *   if (state.n === 0) return 0;
 *   state.n -= 1;
 *   return cx.yieldNow();
 * });
 * ```
 *
 * @throws UnsendableError for a field that is none; TypeError for two fields of one name
 */
export function sendTask<const L extends TaskLayout>(name: string, layout: L, poll: PollFunction<L>): SendTask<L> {
  for (const part of ["args", "locals"] as const) {
    for (const [field, kind] of Object.entries(layout[part] ?? {})) {
      if (!isField(kind))
        throw new UnsendableError(`the field "${field}" of the task "${name}"`, "a kind of field", kind);
      if (RESERVED_NAMES.has(field)) {
        throw new TypeError(
          `a field of the task "${name}" cannot be called "${field}", which its state needs; rename it`,
        );
      }
      if (part === "locals" && Object.hasOwn(layout.args ?? {}, field)) {
        throw new TypeError(`the task "${name}" has an argument "${field}" already; rename the local field`);
      }
    }
  }
  const { result = none } = layout;
  if (!isField(result)) throw new UnsendableError(`the result of the task "${name}"`, "a kind of field", result);
  return { [Brand]: true, name, layout, poll };
}

/** Whether a value is a type of tasks. */
export function isSendTask(value: unknown): value is SendTask {
  return typeof value === "object" && value !== null && Brand in value;
}
