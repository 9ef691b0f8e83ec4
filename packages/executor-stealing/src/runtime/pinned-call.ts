// A call that makes a coroutine, as it travels: the module, the name of the export, and copies of the arguments. Handles among the
// arguments travel as shares that belong to the call, which is kept until the coroutine ends: it has a look at them.
import { deserialize, serialize } from "node:v8";
import { describeHandle } from "../handles/access.ts";
import type { OneshotReceiver, OneshotSender } from "../handles/oneshot.ts";
import type { OwnedHandle } from "../handles/owned.ts";
import type { TaskHandle } from "../handles/task-handle.ts";
import type { Field, HandleKind } from "../layout/field.ts";
import type { Member } from "./member.ts";

/** What a coroutine can be given: what can be copied, as `structuredClone` does, and handles. Functions and classes cannot. */
export type Cloneable =
  | undefined
  | null
  | boolean
  | number
  | bigint
  | string
  | Date
  | RegExp
  | Error
  | ArrayBuffer
  | ArrayBufferView
  | ReadonlyMap<Cloneable, Cloneable>
  | ReadonlySet<Cloneable>
  | readonly Cloneable[]
  | { readonly [key: string]: Cloneable }
  | OwnedHandle
  | TaskHandle<unknown>
  | OneshotSender<never>
  | OneshotReceiver<unknown>;

interface SharedArgument {
  /** Which of the arguments it is. */
  readonly position: number;
  readonly kind: HandleKind;
  readonly field: Field<unknown>;
  readonly words: readonly [number, number];
}

interface EncodedCall extends Call {
  readonly shared: readonly SharedArgument[];
}

/** A call of an exported function. */
export interface Call {
  readonly module: string;
  readonly exportName: string;
  readonly args: readonly unknown[];
}

/** Words of the largest handle. */
const HANDLE_WORDS = 2;

/** @throws UncloneableError for an argument that cannot be copied */
export function encodeCall(
  member: Member,
  module: string | URL,
  exportName: string,
  args: readonly unknown[],
): Uint8Array {
  const handles = args.map(describeHandle);
  // All of them before the first share is taken.
  for (const [position, value] of args.entries()) {
    if (handles[position] === undefined) assertCloneable(value, exportName, position);
  }
  const shared: SharedArgument[] = [];
  try {
    for (const [position, handle] of handles.entries()) {
      if (handle !== undefined) shared.push(share(member, exportName, position, args[position], handle));
    }
  } catch (error) {
    dropShared(member, shared);
    throw error;
  }
  const plain = args.map((value, position) => (handles[position] === undefined ? value : undefined));
  const call: EncodedCall = { module: String(module), exportName, args: plain, shared };
  return serialize(call);
}

function share(
  member: Member,
  exportName: string,
  position: number,
  value: unknown,
  field: Field<unknown> & { readonly kind: HandleKind },
): SharedArgument {
  const { words } = member;
  const draft = member.draft(HANDLE_WORDS);
  words[draft] = words[draft + 1] = 0;
  if (!member.handles[field.kind].write(draft, value, field)) {
    throw new UncloneableError(`argument ${position + 1} of ${exportName} is a handle of another runtime`);
  }
  return { position, kind: field.kind, field, words: [words[draft], words[draft + 1]] };
}

/** Something was to be copied to another thread that cannot be. */
export class UncloneableError extends TypeError {
  override readonly name = "UncloneableError";
}

function assertCloneable(value: unknown, exportName: string, position: number): void {
  try {
    serialize(value);
  } catch (error) {
    throw new UncloneableError(
      `argument ${position + 1} of ${exportName} cannot be copied to another thread: ` +
        (error instanceof Error ? error.message : String(error)),
      { cause: error },
    );
  }
}

/** The call. Its handles are valid until `dropCall`. */
export function decodeCall(member: Member, bytes: Uint8Array): Call {
  // Made by `encodeCall`.
  const { args, exportName, module, shared } = deserialize(bytes) as EncodedCall;
  const complete = [...args];
  for (const { field, kind, position, words } of shared) {
    const draft = member.draft(HANDLE_WORDS);
    member.words.set(words, draft);
    complete[position] = member.handles[kind].read(draft, field);
  }
  return { module, exportName, args: complete };
}

/** Gives up the handles of a call. */
export function dropCall(member: Member, bytes: Uint8Array): void {
  dropShared(member, (deserialize(bytes) as EncodedCall).shared);
}

function dropShared(member: Member, shared: readonly SharedArgument[]): void {
  for (const { field, kind, words } of shared) {
    const draft = member.draft(HANDLE_WORDS);
    member.words.set(words, draft);
    member.handles[kind].drop(draft, field);
  }
}
