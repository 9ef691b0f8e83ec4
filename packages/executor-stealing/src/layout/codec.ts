// From a layout to code: where each field is, and a class whose accessors read and write it there. The source is generated, once for
// each layout and thread, so that offsets are constants and each accessor is compiled for its own field alone.
import { type Field, type Fields, type HandleKind, UnsendableError } from "./field.ts";

/** Views of all shared memory. */
export interface Memory {
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly doubles: Float64Array<SharedArrayBuffer>;
  readonly longs: BigInt64Array<SharedArrayBuffer>;
  readonly bytes: Uint8Array<SharedArrayBuffer>;
}

/** How a thread reads, writes and drops one kind of handle in shared memory. */
export interface HandleAccess {
  /** What the accessor of the field returns. */
  read(at: number, field: Field<unknown>): unknown;
  /** Puts a share in `value`, a handle or null, in the place of the one there. @returns false when that is no such handle */
  write(at: number, value: unknown, field: Field<unknown>): boolean;
  /** Gives up the share there, if there is one. */
  drop(at: number, field: Field<unknown>): void;
}

/** A thread as fields need it. */
export interface FieldOwner {
  readonly memory: Memory;
  readonly handles: Readonly<Record<HandleKind, HandleAccess>>;
}

/** Those of a single handle. */
const handleWords: Readonly<Record<HandleKind, number>> = {
  task: 2,
  tasks: 2,
  sender: 1,
  receiver: 1,
  oneshotSender: 1,
  oneshotReceiver: 1,
  semaphore: 1,
  permit: 2,
  token: 1,
  buffer: 1,
};

function isHandle(kind: Field<unknown>["kind"]): kind is HandleKind {
  return kind in handleWords;
}

/** A handle within a layout. */
interface HandlePlace {
  readonly offset: number;
  readonly kind: HandleKind;
  readonly field: Field<unknown>;
}

interface Place {
  readonly name: string;
  readonly offset: number;
  readonly field: Field<unknown>;
}

/** Where the fields of a layout are, in words from its start. Even starts keep them aligned. */
export class Layout {
  readonly places: readonly Place[];
  /** Even. */
  readonly wordCount: number;
  readonly handles: readonly HandlePlace[];

  constructor(fields: Fields) {
    const places: Place[] = [];
    let offset = 0;
    for (const [name, field] of Object.entries(fields)) {
      const { alignment, size } = sizeOf(field);
      offset = Math.ceil(offset / alignment) * alignment;
      places.push({ name, offset, field });
      offset += size;
    }
    this.places = places;
    this.wordCount = Math.ceil(offset / 2) * 2;
    this.handles = places.flatMap(({ offset: start, field }) => handlesOf(field, start));
  }

  /** Gives up all shares that are held by the fields at `at`. */
  drop(owner: FieldOwner, at: number): void {
    for (const { field, kind, offset } of this.handles) owner.handles[kind].drop(at + offset, field);
  }
}

function sizeOf(field: Field<unknown>): { size: number; alignment: number } {
  const { kind } = field;
  // How many there are, and each of them.
  if (kind === "tasks") return { size: 1 + handleWords.tasks * (field.capacity ?? 0), alignment: 1 };
  if (isHandle(kind)) return { size: handleWords[kind], alignment: 1 };
  switch (kind) {
    case "none":
      return { size: 0, alignment: 1 };
    case "i32":
    case "u32":
    case "bool":
      return { size: 1, alignment: 1 };
    case "f64":
    case "i64":
      return { size: 2, alignment: 2 };
    case "bytes":
      return { size: 1 + Math.ceil((field.capacityBytes ?? 0) / 4), alignment: 1 };
    case "struct":
      return { size: layoutOf(field.fields ?? {}).wordCount, alignment: 2 };
  }
}

function handlesOf(field: Field<unknown>, start: number): HandlePlace[] {
  const { kind } = field;
  if (isHandle(kind)) return [{ offset: start, kind, field }];
  if (kind !== "struct") return [];
  return layoutOf(field.fields ?? {}).handles.map((place) => ({ ...place, offset: start + place.offset }));
}

const layouts = new WeakMap<Fields, Layout>();

/** The layout of fields, computed once. */
function layoutOf(fields: Fields): Layout {
  let layout = layouts.get(fields);
  if (layout === undefined) {
    layout = new Layout(fields);
    layouts.set(fields, layout);
  }
  return layout;
}

/** A window on the fields of whatever is at `at`: an object with an accessor for each field. */
export interface View {
  /** The start of the fields, an even number of words; {@link NOWHERE} while there is nothing to see. */
  at: number;
  /** Sets the first fields of the layout, those that the view was compiled to take, from an object that has them. */
  fill(values: object): void;
}

/** Names that no field may have: a view needs them. */
export const RESERVED_NAMES: ReadonlySet<string> = new Set(["at", "fill", "constructor", "__proto__"]);

/** Where a view stands that may not be used any more: reads give nothing, writes do nothing. */
export const NOWHERE = -0x2000_0000;

/** Throws the error that says that a value cannot be sent. */
type Refuse = (place: number, value: unknown) => never;

/**
 * The code of a layout.
 *
 * @param describe what a field is called in messages, by its name
 * @param filled how many fields `fill` sets
 */
export function compile(
  layout: Layout,
  describe: (name: string) => string,
  filled: number,
): (owner: FieldOwner) => View {
  const fill = layout.places
    .slice(0, filled)
    .map(({ name }) => `this[${JSON.stringify(name)}] = values[${JSON.stringify(name)}];`);
  const accessors = layout.places.map((place, i) => accessorSource(place, i)).join("\n");
  const source = `"use strict";
    const { words, doubles, longs, bytes } = owner.memory;
    const [${layout.places.map((_, i) => `handle${i}`).join(", ")}] = handles;
    const [${layout.places.map((_, i) => `field${i}`).join(", ")}] = fields;
    return new (class {
      constructor() { this.at = ${NOWHERE}; }
      fill(values) { ${fill.join(" ")} }
      ${accessors}
    })();`;
  // The only parts of it that are not of this file are names, as string literals, and numbers.
  // oxlint-disable-next-line typescript/no-implied-eval
  const make = new Function("owner", "handles", "fields", "refuse", source) as (
    owner: FieldOwner,
    handles: readonly unknown[],
    fields: readonly unknown[],
    refuse: Refuse,
  ) => View;
  return (owner) =>
    make(
      owner,
      layout.places.map(({ field, name }) =>
        isHandle(field.kind) ? owner.handles[field.kind] : structAccess(owner, field, describe(name)),
      ),
      layout.places.map(({ field }) => field),
      (place, value) => {
        const { name, field } = layout.places[place];
        throw new UnsendableError(describe(name), expectation(field), value);
      },
    );
}

function accessorSource({ field, name, offset }: Place, i: number): string {
  const property = JSON.stringify(name);
  const at = `this.at + ${offset}`;
  const get = (body: string): string => `get ${property}() { ${body} }`;
  const set = (valid: string, body: string): string =>
    `set ${property}(value) { if (!(${valid})) refuse(${i}, value); ${body} }`;
  switch (field.kind) {
    case "none":
      return get("return undefined;") + set("value === undefined", "");
    case "i32":
      return get(`return words[${at}];`) + set("(value | 0) === value", `words[${at}] = value;`);
    case "u32":
      return get(`return words[${at}] >>> 0;`) + set("value >>> 0 === value", `words[${at}] = value;`);
    case "bool":
      return get(`return words[${at}] !== 0;`) + set('typeof value === "boolean"', `words[${at}] = value ? 1 : 0;`);
    case "f64":
      return get(`return doubles[(${at}) >> 1];`) + set('typeof value === "number"', `doubles[(${at}) >> 1] = value;`);
    case "i64":
      return (
        get(`return longs[(${at}) >> 1];`) +
        set('typeof value === "bigint" && BigInt.asIntN(64, value) === value', `longs[(${at}) >> 1] = value;`)
      );
    case "bytes":
      return (
        get(`const start = (${at} + 1) * 4; return bytes.slice(start, start + words[${at}]);`) +
        set(
          `value instanceof Uint8Array && value.length <= ${field.capacityBytes}`,
          `words[${at}] = value.length; bytes.set(value, (${at} + 1) * 4);`,
        )
      );
    case "struct":
      return get(`return handle${i}.read(${at});`) + set("true", `handle${i}.write(${at}, value);`);
    default:
      return (
        get(`return handle${i}.read(${at}, field${i});`) +
        `set ${property}(value) { if (!handle${i}.write(${at}, value, field${i})) refuse(${i}, value); }`
      );
  }
}

/** A struct within a struct, as an object. */
function structAccess(owner: FieldOwner, field: Field<unknown>, what: string): unknown {
  if (field.kind !== "struct") return undefined;
  const codec = makeCodec(field, what);
  return {
    read: (at: number): unknown => codec.read(owner, at),
    write: (at: number, value: unknown): void => {
      codec.write(owner, at, value);
    },
  };
}

function expectation({ capacityBytes, kind }: Field<unknown>): string {
  switch (kind) {
    case "i32":
      return "an i32 (an integer from -2147483648 to 2147483647)";
    case "u32":
      return "a u32 (an integer from 0 to 4294967295)";
    case "f64":
      return "a number";
    case "i64":
      return "an i64 (a bigint from -2^63 to 2^63 - 1)";
    case "bool":
      return "true or false";
    case "none":
      return "nothing";
    case "bytes":
      return `a Uint8Array of at most ${capacityBytes} bytes`;
    case "struct":
      return "an object with its fields";
    case "task":
      return "a join handle of the same runtime or null";
    case "tasks":
    case "permit":
      return "no value (call its methods)";
    case "token":
      return "a cancellation token of the same runtime or null";
    case "semaphore":
    case "buffer":
      return `a ${kind} of the same runtime or null`;
    case "sender":
    case "receiver":
      return `the ${kind} of a channel of the same runtime or null`;
    case "oneshotSender":
    case "oneshotReceiver":
      return `a ${kind === "oneshotSender" ? "sender" : "receiver"} of a oneshot channel of the same runtime or null`;
  }
}

/** Reads and writes whole values: messages and results. */
export interface Codec {
  readonly layout: Layout;
  read(owner: FieldOwner, at: number): unknown;
  /** Writes over whatever is there. @throws UnsendableError */
  write(owner: FieldOwner, at: number, value: unknown): void;
}

/** The code for values of a field. @param what what has the value, for messages */
export function makeCodec(field: Field<unknown>, what: string): Codec {
  return field.kind === "struct" ? new StructCodec(field.fields ?? {}, what) : new SingleCodec(field, what);
}

const messageCodecs = new WeakMap<Field<unknown>, Codec>();

/** The code for messages of a kind, made once. */
export function messageCodec(field: Field<unknown>): Codec {
  let codec = messageCodecs.get(field);
  if (codec === undefined) {
    codec = makeCodec(field, "a message of this channel");
    messageCodecs.set(field, codec);
  }
  return codec;
}

/** Keeps a view for the owner that it was used with last, which is usually the only one of its thread. */
abstract class ViewCodec implements Codec {
  readonly layout: Layout;
  private readonly make: (owner: FieldOwner) => View;
  private owner: FieldOwner | undefined;
  private current: View | undefined;

  constructor(layout: Layout, describe: (name: string) => string) {
    this.layout = layout;
    this.make = compile(layout, describe, 0);
  }

  protected view(owner: FieldOwner): View {
    if (this.owner !== owner || this.current === undefined) {
      this.owner = owner;
      this.current = this.make(owner);
    }
    return this.current;
  }

  protected clear(owner: FieldOwner, at: number): void {
    owner.memory.words.fill(0, at, at + this.layout.wordCount);
  }

  abstract read(owner: FieldOwner, at: number): unknown;
  abstract write(owner: FieldOwner, at: number, value: unknown): void;
}

class SingleCodec extends ViewCodec {
  constructor(field: Field<unknown>, what: string) {
    super(new Layout({ value: field }), () => what);
  }

  override read(owner: FieldOwner, at: number): unknown {
    // Its layout has this field.
    const view = this.view(owner) as View & { value: unknown };
    view.at = at;
    return view.value;
  }

  override write(owner: FieldOwner, at: number, value: unknown): void {
    const view = this.view(owner) as View & { value: unknown };
    // What a handle replaces would be given up.
    if (this.layout.handles.length > 0) this.clear(owner, at);
    view.at = at;
    view.value = value;
  }
}

class StructCodec extends ViewCodec {
  private readonly names: readonly string[];
  private readonly what: string;

  constructor(fields: Fields, what: string) {
    super(layoutOf(fields), (name) => `the field "${name}" of ${what}`);
    this.names = Object.keys(fields);
    this.what = what;
  }

  override read(owner: FieldOwner, at: number): unknown {
    // Its layout has these fields. Nested ones may be of the same layout, so the place is set again for each.
    const view = this.view(owner) as View & Record<string, unknown>;
    const value: Record<string, unknown> = {};
    for (const name of this.names) {
      view.at = at;
      value[name] = view[name];
    }
    return value;
  }

  override write(owner: FieldOwner, at: number, value: unknown): void {
    if (typeof value !== "object" || value === null) {
      throw new UnsendableError(this.what, `an object with the fields ${this.names.join(", ")}`, value);
    }
    const view = this.view(owner) as View & Record<string, unknown>;
    this.clear(owner, at);
    try {
      for (const name of this.names) {
        view.at = at;
        // Each setter checks what it is given.
        view[name] = (value as Record<string, unknown>)[name];
      }
    } catch (error) {
      this.layout.drop(owner, at);
      throw error;
    }
  }
}
