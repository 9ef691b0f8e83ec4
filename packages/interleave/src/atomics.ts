// The `Atomics` of a model's threads: each operation is one step of the schedule, and then the real operation.
import type { Machine } from "./machine.ts";
import type { AtomicName } from "./thread.ts";
import type { Elements, Views, Watched } from "./views.ts";

type Value = number | bigint;
type Operation = (view: Elements, index: number, first?: Value, second?: Value) => Value;

const real: typeof Atomics = Atomics;

/** The operations that read or write one element. TypeScript knows them by the kind of array, which is checked by them. */
const operations = {
  add: Atomics.add as unknown as Operation,
  and: Atomics.and as unknown as Operation,
  compareExchange: Atomics.compareExchange as unknown as Operation,
  exchange: Atomics.exchange as unknown as Operation,
  load: Atomics.load as unknown as Operation,
  or: Atomics.or as unknown as Operation,
  store: Atomics.store as unknown as Operation,
  sub: Atomics.sub as unknown as Operation,
  xor: Atomics.xor as unknown as Operation,
} satisfies Partial<Record<AtomicName, Operation>>;

type ElementOperation = keyof typeof operations;

/** Makes the stand-in for one machine: a plain object with all methods of `Atomics`. */
export function standInAtomics(machine: Machine, views: Views): typeof Atomics {
  const standIn = new StandIn(machine, views);
  const methods: Record<string, unknown> = {
    isLockFree: (bytes: number) => real.isLockFree(bytes),
    notify: standIn.notify.bind(standIn),
    pause: standIn.pause.bind(standIn),
    wait: standIn.wait.bind(standIn),
    waitAsync: () =>
      machine.unsupported("Atomics.waitAsync goes on in a job of its own; a model's thread is one function. Use wait."),
    [Symbol.toStringTag]: "Atomics",
  };
  for (const name of Object.keys(operations) as ElementOperation[]) {
    methods[name] = (view: Elements, index: number, first?: Value, second?: Value): Value =>
      standIn.operate(name, view, index, first, second);
  }
  return methods as unknown as typeof Atomics;
}

class StandIn {
  readonly #machine: Machine;
  readonly #views: Views;

  constructor(machine: Machine, views: Views) {
    this.#machine = machine;
    this.#views = views;
  }

  operate(name: ElementOperation, view: Elements, index: number, first?: Value, second?: Value): Value {
    const machine = this.#machine;
    const operation = operations[name];
    const watched = this.#views.of(view);
    if (watched === undefined) return operation(this.#unwatched(view), index, first, second);
    const { raw } = watched;
    if (machine.isAlone || !isIndexOf(raw, index)) return operation(raw, index, first, second);

    const address = watched.start + index * watched.elementBytes;
    if (machine.begin(name, address)) return machine.replay() as Value; // As it was recorded below.
    const before = operations.load(raw, index);
    const result = operation(raw, index, first, second);
    const changed = operations.load(raw, index) !== before;
    const wrote = name === "compareExchange" ? before === elementOf(raw, first) : name !== "load";
    machine.recordAtomic(name, address, watched.elementBytes, result, wrote, changed, () =>
      this.#text(name, address, [first, second], result),
    );
    return result;
  }

  wait(view: Elements, index: number, value: Value, timeoutMs: number = Infinity): "ok" | "not-equal" | "timed-out" {
    const machine = this.#machine;
    const watched = this.#views.of(view);
    if (watched === undefined || machine.isAlone || !isWaitable(watched) || !isIndexOf(watched.raw, index)) {
      return this.#waitAlone(watched?.raw ?? this.#unwatched(view), index, value, timeoutMs);
    }
    const address = watched.start + index * watched.elementBytes;
    if (machine.begin("wait", address)) return machine.replay() as "ok" | "not-equal" | "timed-out"; // Likewise.
    const timeout = Number.isNaN(timeoutMs) ? Infinity : timeoutMs;
    const isEqual = operations.load(watched.raw, index) === elementOf(watched.raw, value);
    if (isEqual && timeout > 0) {
      machine.wait(address, watched.elementBytes, timeout < Infinity, () => this.#text("wait", address, [value]));
    }
    const result = isEqual ? "timed-out" : "not-equal";
    machine.recordAtomic("wait", address, watched.elementBytes, result, false, false, () =>
      this.#text("wait", address, [value], result),
    );
    return result;
  }

  notify(view: Elements, index: number, count: number = Infinity): number {
    const machine = this.#machine;
    const watched = this.#views.of(view);
    if (watched === undefined || machine.isAlone || !isWaitable(watched) || !isIndexOf(watched.raw, index)) {
      return notifyReal(watched?.raw ?? this.#unwatched(view), index, count);
    }
    const address = watched.start + index * watched.elementBytes;
    if (machine.begin("notify", address)) return machine.replay() as number; // Likewise.
    const most = Math.max(0, Math.trunc(count) || 0);
    return machine.notify(address, most, (woken) => this.#text("notify", address, [count], woken));
  }

  pause(): void {
    const machine = this.#machine;
    if (machine.isAlone) return;
    if (machine.begin("pause", -1)) machine.replay();
    else machine.recordPause();
  }

  /** The set-up and the check have nobody who could wake them. */
  #waitAlone(raw: Elements, index: number, value: Value, timeoutMs: number): "ok" | "not-equal" | "timed-out" {
    if (timeoutMs > 0 && operations.load(raw, index) === elementOf(raw, value)) {
      throw new Error("Atomics.wait waits here for ever: no other thread can use this memory, or none is running.");
    }
    return waitReal(raw, index, value, 0);
  }

  /** A view that is not the model's: a thread's own, or an error. */
  #unwatched(view: Elements): Elements {
    const buffer: unknown = view?.buffer;
    if (buffer instanceof SharedArrayBuffer && !this.#machine.memory.isOwn(buffer)) {
      this.#machine.unsupported("a view on shared memory that was not made in the model's set-up.");
    }
    return view;
  }

  #text(name: AtomicName, address: number, operands: readonly (Value | undefined)[], result?: Value | string): string {
    const given = operands.filter((operand) => operand !== undefined).map((operand) => `, ${operand}`);
    const call = `Atomics.${name}(${this.#machine.memory.nameOf(address)}${given.join("")})`;
    return result === undefined || name === "store" ? call : `${call} → ${result}`;
  }
}

function isIndexOf(raw: Elements, index: number): boolean {
  return Number.isInteger(index) && index >= 0 && index < raw.length;
}

function isWaitable({ raw }: Watched): boolean {
  return raw instanceof Int32Array || raw instanceof BigInt64Array;
}

const scratch = new Map<unknown, Elements>();

/** A value as the array would hold it. */
function elementOf(raw: Elements, value: Value | undefined): Value | undefined {
  let one = scratch.get(raw.constructor);
  if (one === undefined) {
    one = Reflect.construct(raw.constructor, [1]) as Elements;
    scratch.set(raw.constructor, one);
  }
  if (value !== undefined) one[0] = value;
  return one[0];
}

const waitReal = Atomics.wait as unknown as (
  view: Elements,
  index: number,
  value: Value,
  timeoutMs: number,
) => "ok" | "not-equal" | "timed-out";
const notifyReal = Atomics.notify as unknown as (view: Elements, index: number, count: number) => number;
