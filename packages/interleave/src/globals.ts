// Puts the stand-ins where code finds them: in `globalThis`, in place of Atomics, SharedArrayBuffer and the views, as long
// as a model is being explored. So that code need not know of the checker, and pays nothing for it elsewhere.
import { standInAtomics } from "./atomics.ts";
import type { Machine } from "./machine.ts";
import type { Options } from "./model.ts";
import { Views } from "./views.ts";

/** Constructors of views; Float16Array where the engine has it. */
const viewNames: readonly string[] = [
  "BigInt64Array",
  "BigUint64Array",
  "DataView",
  "Float16Array",
  "Float32Array",
  "Float64Array",
  "Int16Array",
  "Int32Array",
  "Int8Array",
  "Uint16Array",
  "Uint32Array",
  "Uint8Array",
  "Uint8ClampedArray",
];

let isInstalled = false;

/** Calls `work` with the stand-ins in place, and then puts back what was there. */
export function withStandIns<R>(machine: Machine, options: Options, work: () => R): R {
  if (isInstalled) throw new Error("A model is being explored; another one cannot be explored inside it.");
  const standIns = standInsFor(machine, options);
  const names = Object.keys(standIns);
  const before = names.map((name) => Object.getOwnPropertyDescriptor(globalThis, name));
  isInstalled = true;
  try {
    for (const name of names) {
      Object.defineProperty(globalThis, name, { value: standIns[name], configurable: true, writable: true });
    }
    return work();
  } finally {
    names.forEach((name, index) => Object.defineProperty(globalThis, name, before[index] ?? {}));
    isInstalled = false;
  }
}

function standInsFor(machine: Machine, options: Options): Record<string, unknown> {
  const views = new Views(machine);
  const checked = standInAtomics(machine, views);
  const nameOf = (view: ArrayBufferView, index: number): string => {
    const watched = views.of(view);
    return watched === undefined ? "" : machine.memory.nameOf(watched.start + index * watched.elementBytes);
  };
  const standIns: Record<string, unknown> = {
    Atomics: options.atomics?.(checked, nameOf) ?? checked,
    SharedArrayBuffer: new Proxy(SharedArrayBuffer, {
      construct(_, [byteLength, growth]: [number?, unknown?]) {
        if (growth !== undefined) throw new TypeError("Shared memory that grows cannot be watched.");
        return machine.memory.newBuffer(byteLength ?? 0);
      },
    }),
  };
  for (const name of viewNames) {
    const constructor: unknown = Reflect.get(globalThis, name);
    if (typeof constructor !== "function") continue;
    standIns[name] = new Proxy(constructor, {
      construct(target, parameters, newTarget) {
        const view = Reflect.construct(target, parameters, newTarget) as ArrayBufferView;
        return machine.memory.baseOf(parameters[0]) === undefined ? view : views.watch(view);
      },
    });
  }
  return standIns;
}
