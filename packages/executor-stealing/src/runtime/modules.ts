// The modules with a runtime's tasks, as each thread loads them.
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { isSendTask, type SendTask } from "../layout/send-task.ts";
import { describe, type TypeDescription } from "./types.ts";

/** The modules of one thread. */
export class Modules {
  readonly tasks: ReadonlyMap<string, SendTask>;
  private readonly namespaces: Map<string, object>;

  private constructor(tasks: ReadonlyMap<string, SendTask>, namespaces: Map<string, object>) {
    this.tasks = tasks;
    this.namespaces = namespaces;
  }

  /** @throws what a module throws; TypeError for two tasks of one name */
  static async load(urls: readonly string[]): Promise<Modules> {
    const tasks = new Map<string, SendTask>();
    const namespaces = new Map<string, object>();
    for (const url of urls) {
      // One after the other: the first is in the error if several cannot be loaded.
      const namespace = (await import(url)) as object;
      namespaces.set(url, namespace);
      for (const exported of Object.values(namespace)) {
        if (!isSendTask(exported)) continue;
        const known = tasks.get(exported.name);
        if (known !== undefined && known !== exported) {
          throw new TypeError(`two tasks are called "${exported.name}"; give each a name of its own`);
        }
        tasks.set(exported.name, exported);
      }
    }
    return new Modules(tasks, namespaces);
  }

  /** The types, in the order in which every thread numbers them. */
  describe(): TypeDescription[] {
    return [...this.tasks.values()].map(describe).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** @throws TypeError unless these modules define the same types as those of the thread that started the runtime */
  assertSame(types: readonly TypeDescription[]): void {
    const mine = this.describe();
    for (const [i, type] of types.entries()) {
      if (mine[i] === undefined || JSON.stringify(mine[i]) !== JSON.stringify(type)) {
        throw new TypeError(
          `the task "${type.name}" is not the same in every thread: what a module exports must not depend on where it is loaded`,
        );
      }
    }
  }

  /** An exported function. A module that is not among those of the runtime is loaded now, so it must not await at top level. */
  resolve(module: string, exportName: string): (...args: readonly unknown[]) => unknown {
    let namespace = this.namespaces.get(module);
    if (namespace === undefined) {
      namespace = createRequire(import.meta.url)(fileURLToPath(module)) as object;
      this.namespaces.set(module, namespace);
    }
    const exported: unknown = Reflect.get(namespace, exportName);
    if (typeof exported !== "function") throw new TypeError(`${module} exports no function ${exportName}`);
    // What it returns is looked at when it has.
    return exported as (...args: readonly unknown[]) => unknown;
  }
}

/** The URL of a module beside this one, whether it runs compiled or, as Node.js can, from its source. */
export function beside(name: string): URL {
  const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
  return new URL(name + extension, import.meta.url);
}
