// The option --runtimes.
import { type Runtime, runtimes } from "../contenders/runtimes/index.ts";
import { type Arguments, type Flag, hint } from "./arguments.ts";
import { UsageError } from "./usage-error.ts";

/** Of commands that measure contenders under other runtimes as well. */
export const RUNTIMES_FLAG: Readonly<Record<"runtimes", Flag>> = {
  runtimes: {
    type: "string",
    value: "NAMES",
    help: `what is JavaScript also under ${runtimes.map(({ name, title, version }) => `${name} (${title} ${version})`).join(", ")}; separated by commas, downloaded once`,
  },
};

/** The runtimes that are asked for; none without the option. @throws UsageError */
export function runtimesOf(args: Arguments): readonly Runtime[] {
  const names =
    args
      .text("runtimes", "names such as bun,deno")
      ?.split(",")
      .map((name) => name.trim()) ?? [];
  const known = runtimes.map(({ name }) => name);
  for (const name of names) {
    if (!known.includes(name)) throw new UsageError(`there is no runtime "${name}"${hint(name, known)}`);
  }
  return runtimes.filter(({ name }) => names.includes(name));
}
