// What a thread of the pool does: one call. Loaded by piscina.
import type { BlockingCall } from "@pollab/runtime-core/task";
import { type Outcome, thrown } from "./messages.ts";

type Callee = (...args: readonly unknown[]) => unknown;

/** Makes the call and says how it ended. Never fails. */
export async function call({ moduleUrl, exportName, args }: BlockingCall): Promise<Outcome> {
  try {
    const module = (await import(moduleUrl)) as Readonly<Record<string, unknown>>;
    const callee = module[exportName];
    if (typeof callee !== "function") {
      throw new TypeError(`${moduleUrl} expected to export a function ${exportName}, but exports ${nameAll(module)}`);
    }
    return { kind: "returned", value: await (callee as Callee)(...args) };
  } catch (error) {
    return thrown(error);
  }
}

function nameAll(module: Readonly<Record<string, unknown>>): string {
  return Object.keys(module).join(", ") || "nothing";
}
