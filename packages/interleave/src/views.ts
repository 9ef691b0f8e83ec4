// Views on the model's shared memory that see each plain access: proxies of typed arrays and of DataViews. What a thread
// has read before is answered from its log when it is run again, and what it has written is not written twice.
import type { Machine } from "./machine.ts";

/** Any typed array, seen as the elements that it has. */
export interface Elements extends ArrayBufferView {
  readonly length: number;
  readonly BYTES_PER_ELEMENT: number;
  [index: number]: number | bigint;
  set(source: ArrayLike<number | bigint>, offset?: number): void;
  slice(start?: number, end?: number): Elements;
  subarray(start?: number, end?: number): Elements;
  fill(value: number | bigint, start?: number, end?: number): Elements;
}

/** A watched view: what it stands for, and where that is. */
export interface Watched {
  readonly raw: Elements;
  /** The address of its first byte. */
  readonly start: number;
  readonly elementBytes: number;
}

/** Methods of typed arrays that change elements, besides `set` and `fill`. */
const mutators: ReadonlySet<string | symbol> = new Set(["copyWithin", "reverse", "sort"]);

/** Makes the views of one machine, and knows them. */
export class Views {
  readonly #machine: Machine;
  readonly #watched = new WeakMap<object, Watched>();

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** What a view stands for, if it is watched. */
  of(view: object): Watched | undefined {
    return this.#watched.get(view);
  }

  /** A watched view in place of one on the model's shared memory; any other as it is. */
  watch<View extends ArrayBufferView>(view: View): View {
    const base = this.#machine.memory.baseOf(view.buffer);
    if (base === undefined) return view;
    return view instanceof DataView ? this.#watchDataView(view, base) : this.#watchElements(view, base);
  }

  #watchElements<View extends ArrayBufferView>(view: View, base: number): View {
    // Every view that is no DataView is a typed array.
    const raw = view as View & Elements;
    const access = new ElementAccess(this.#machine, raw, base + view.byteOffset);
    const methods = new Map<string | symbol, unknown>();
    const proxy = new Proxy(view, {
      get: (_, key) => {
        if (typeof key === "string") {
          const index = Number(key);
          if (index >= 0 && index < raw.length) return access.read(index);
        }
        const value: unknown = Reflect.get(raw, key, raw);
        if (typeof value !== "function" || key === "constructor") return value;
        const method = methods.get(key) ?? this.#method(access, key);
        methods.set(key, method);
        return method;
      },
      set: (_, key, value: number | bigint) => {
        const index = Number(key);
        if (index >= 0 && index < raw.length) {
          access.write(index, value);
          return true;
        }
        return Reflect.set(raw, key, value, raw);
      },
    });
    this.#watched.set(proxy, { raw, start: access.start, elementBytes: raw.BYTES_PER_ELEMENT });
    return proxy;
  }

  /** A method of a watched typed array. */
  #method(access: ElementAccess, key: string | symbol): unknown {
    const { raw } = access;
    switch (key) {
      case "subarray":
        return (start?: number, end?: number) => this.watch(raw.subarray(start, end));
      case "slice":
        return (start?: number, end?: number) => access.part(start, end).readAll();
      case "set":
        return (source: ArrayLike<number | bigint>, offset = 0) => {
          // A copy first, which also tells what is read.
          const values = Array.from(source);
          if (offset < 0 || offset + values.length > raw.length) throw new RangeError("offset is out of bounds");
          access.part(offset, offset + values.length).writeAll((elements) => elements.set(values));
        };
      case "fill":
        return (value: number | bigint, start?: number, end?: number) => {
          access.part(start, end).writeAll((elements) => elements.fill(value));
        };
      default:
        return (...parameters: unknown[]) => {
          const copy = access.readAll();
          const method = Reflect.get(copy, key) as (...values: unknown[]) => unknown; // It is one of `raw`, likewise.
          const result = Reflect.apply(method, copy, parameters);
          if (mutators.has(key)) access.writeAll((elements) => elements.set(copy));
          return result;
        };
    }
  }

  #watchDataView<View extends DataView>(view: View, base: number): View {
    const machine = this.#machine;
    const start = base + view.byteOffset;
    return new Proxy(view, {
      get: (raw, key) => {
        const value: unknown = Reflect.get(raw, key, raw);
        const [, kind, bits] = /^(get|set)\D+(\d+)$/.exec(String(key)) ?? [];
        if (typeof value !== "function" || kind === undefined) return value;
        const length = Number(bits) / 8;
        return (offset: number, ...parameters: unknown[]): unknown => {
          const perform = (): unknown => Reflect.apply(value, raw, [offset, ...parameters]);
          const action = kind === "get" ? "read" : "write";
          return plain(machine, action, start + offset, length, perform, (result) =>
            action === "read"
              ? `${machine.memory.nameOf(start + offset)} → ${String(result)}`
              : `${machine.memory.nameOf(start + offset)} = ${String(parameters[0])}`,
          );
        };
      },
    });
  }
}

/** Plain access to the elements of a typed array. */
class ElementAccess {
  readonly raw: Elements;
  /** The address of the first byte. */
  readonly start: number;
  readonly #machine: Machine;

  constructor(machine: Machine, raw: Elements, start: number) {
    this.#machine = machine;
    this.raw = raw;
    this.start = start;
  }

  read(index: number): unknown {
    const { raw } = this;
    return this.#access(
      "read",
      index,
      1,
      () => raw[index],
      (value) => `${this.#name(index)} → ${String(value)}`,
    );
  }

  write(index: number, value: number | bigint): void {
    const { raw } = this;
    const perform = (): void => {
      raw[index] = value;
    };
    this.#access("write", index, 1, perform, () => `${this.#name(index)} = ${String(value)}`);
  }

  /** The same for some of the elements, counted as `slice` does. */
  part(start?: number, end?: number): ElementAccess {
    const raw = this.raw.subarray(start, end);
    return new ElementAccess(this.#machine, raw, this.start + raw.byteOffset - this.raw.byteOffset);
  }

  /** A copy of all elements, in memory of the thread's own. */
  readAll(): Elements {
    const { raw } = this;
    const copy = this.#access(
      "read",
      0,
      raw.length,
      () => copyOf(raw),
      () => `reads ${this.#allNames()}`,
    );
    return copyOf(copy as Elements); // The copy in the log stays as it is.
  }

  /** Changes elements in any way. */
  writeAll(change: (elements: Elements) => void): void {
    this.#access(
      "write",
      0,
      this.raw.length,
      () => change(this.raw),
      () => `writes ${this.#allNames()}`,
    );
  }

  #access(
    action: "read" | "write",
    index: number,
    count: number,
    perform: () => unknown,
    text: (value: unknown) => string,
  ): unknown {
    const { BYTES_PER_ELEMENT } = this.raw;
    const address = this.start + index * BYTES_PER_ELEMENT;
    return plain(this.#machine, action, address, count * BYTES_PER_ELEMENT, perform, text);
  }

  #name(index: number): string {
    return this.#machine.memory.nameOf(this.start + index * this.raw.BYTES_PER_ELEMENT);
  }

  #allNames(): string {
    return `${this.#name(0)} and what follows, ${this.raw.byteLength} bytes`;
  }
}

/** One plain access, or its repetition. */
function plain(
  machine: Machine,
  action: "read" | "write",
  address: number,
  length: number,
  perform: () => unknown,
  text: (value: unknown) => string,
): unknown {
  if (machine.isAlone) return perform();
  if (machine.begin(action, address)) return machine.replay();
  const value = perform();
  machine.recordPlain(action, address, length, value, () => text(value));
  return value;
}

/** In an ordinary ArrayBuffer, of the same kind. */
function copyOf(elements: Elements): Elements {
  const copy = Reflect.construct(elements.constructor, [elements.length]) as Elements;
  copy.set(elements);
  return copy;
}
