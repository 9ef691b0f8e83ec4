// Views on the model's shared memory that see each plain access: proxies of typed arrays and of DataViews. What a thread
// has read before is answered from its log when it is run again, and what it has written is not written twice.
import type { Machine } from "./machine.ts";

// What it is called is something else while a model is explored.
const RealDataView = DataView;

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

/** Makes the views of one machine, and knows those of the execution in progress. */
export class Views {
  readonly #machine: Machine;
  // No WeakMap: many of those that come and go cost the garbage collector more than all else.
  readonly #watched = new Map<object, Watched>();
  #execution = 0;

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
    if (view instanceof RealDataView) return this.#watchDataView(view, base);
    if (this.#execution !== this.#machine.execution) {
      this.#execution = this.#machine.execution;
      this.#watched.clear();
    }
    // Every view that is no DataView is a typed array.
    const handler = new WatchedElements(this.#machine, this, view as View & Elements, base + view.byteOffset);
    const proxy = new Proxy<View>(view, handler);
    this.#watched.set(proxy, handler);
    return proxy;
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

/** A typed array, and what stands in for it: accesses to elements are noted, and methods do theirs through it. */
class WatchedElements implements Watched, ProxyHandler<object> {
  readonly raw: Elements;
  readonly start: number;
  readonly elementBytes: number;
  readonly #machine: Machine;
  readonly #views: Views;
  #methods: Map<string | symbol, unknown> | undefined;

  constructor(machine: Machine, views: Views, raw: Elements, start: number) {
    this.#machine = machine;
    this.#views = views;
    this.raw = raw;
    this.start = start;
    this.elementBytes = raw.BYTES_PER_ELEMENT;
  }

  get(_: object, key: string | symbol): unknown {
    const { raw } = this;
    if (typeof key === "string") {
      const index = Number(key);
      if (index >= 0 && index < raw.length) return this.#read(index);
    }
    const value: unknown = Reflect.get(raw, key, raw);
    if (typeof value !== "function" || key === "constructor") return value;
    this.#methods ??= new Map();
    const method = this.#methods.get(key) ?? this.#method(key);
    this.#methods.set(key, method);
    return method;
  }

  set(_: object, key: string | symbol, value: number | bigint): boolean {
    const index = Number(key);
    if (!(index >= 0 && index < this.raw.length)) return Reflect.set(this.raw, key, value, this.raw);
    this.#write(index, value);
    return true;
  }

  #method(key: string | symbol): unknown {
    const { raw } = this;
    switch (key) {
      case "subarray":
        return (start?: number, end?: number) => this.#views.watch(raw.subarray(start, end));
      case "slice":
        return (start?: number, end?: number) => this.#part(start, end).#readAll();
      case "set":
        return (source: ArrayLike<number | bigint>, offset = 0) => {
          // A copy first, which also tells what is read.
          const values = Array.from(source);
          if (offset < 0 || offset + values.length > raw.length) throw new RangeError("offset is out of bounds");
          this.#part(offset, offset + values.length).#writeAll((elements) => elements.set(values));
        };
      case "fill":
        return (value: number | bigint, start?: number, end?: number) => {
          this.#part(start, end).#writeAll((elements) => elements.fill(value));
        };
      default:
        return (...parameters: unknown[]) => {
          const copy = this.#readAll();
          const method = Reflect.get(copy, key) as (...values: unknown[]) => unknown; // It is one of `raw`, likewise.
          const result = Reflect.apply(method, copy, parameters);
          if (mutators.has(key)) this.#writeAll((elements) => elements.set(copy));
          return result;
        };
    }
  }

  #read(index: number): unknown {
    const { elementBytes, raw } = this;
    const machine = this.#machine;
    if (machine.isAlone) return raw[index];
    const address = this.start + index * elementBytes;
    if (machine.begin("read", address)) return machine.replay();
    const value = raw[index];
    machine.recordPlain("read", address, elementBytes, value, () => `${this.#name(index)} → ${String(value)}`);
    return value;
  }

  #write(index: number, value: number | bigint): void {
    const { elementBytes, raw } = this;
    const machine = this.#machine;
    const address = this.start + index * elementBytes;
    if (machine.isAlone) raw[index] = value;
    else if (machine.begin("write", address)) machine.replay();
    else {
      raw[index] = value;
      machine.recordPlain("write", address, elementBytes, undefined, () => `${this.#name(index)} = ${String(value)}`);
    }
  }

  /** The same for some of the elements, counted as `slice` does. */
  #part(start?: number, end?: number): WatchedElements {
    const raw = this.raw.subarray(start, end);
    return new WatchedElements(this.#machine, this.#views, raw, this.start + raw.byteOffset - this.raw.byteOffset);
  }

  /** A copy of all elements, in memory of the thread's own. */
  #readAll(): Elements {
    const { raw } = this;
    const copy = this.#all("read", () => copyOf(raw));
    return copyOf(copy as Elements); // The copy in the log stays as it is.
  }

  /** Changes elements in any way. */
  #writeAll(change: (elements: Elements) => void): void {
    this.#all("write", () => change(this.raw));
  }

  #all(action: "read" | "write", perform: () => unknown): unknown {
    const { byteLength } = this.raw;
    return plain(
      this.#machine,
      action,
      this.start,
      byteLength,
      perform,
      () => `${action}s ${this.#name(0)} and what follows, ${byteLength} bytes`,
    );
  }

  #name(index: number): string {
    return this.#machine.memory.nameOf(this.start + index * this.elementBytes);
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
