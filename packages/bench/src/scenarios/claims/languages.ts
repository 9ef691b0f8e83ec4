// How the programs of other languages are started, where two scenarios ask for the same of all.
import { fileURLToPath } from "node:url";
import { type Command, javascript, python } from "../../runner/command.ts";

/** The file names of one small program, which every language has. */
export interface Named {
  /** Below programs, for the runtimes of JavaScript. */
  readonly javascript: string;
  /** In Python. */
  readonly python: string;
  /** In Go, below peers/go. */
  readonly go: string;
  /** In Java: its class. */
  readonly java: string;
}

const BUILD = fileURLToPath(new URL("../../../build/peers", import.meta.url));

/** By contender. Each is started as its users start what they have built. */
export function commandsIn(program: Named): Readonly<Record<"python" | "go" | "java" | "bun" | "deno", () => Command>> {
  const [path = ""] = javascript(program.javascript).args;
  const command = (file: string, ...args: string[]): Command => ({ file, args, stopsOn: "SIGTERM" });
  return {
    python: () => python(program.python),
    go: () => command(`${BUILD}/go/${program.go}`),
    java: () => command("java", "-cp", `${BUILD}/java`, program.java),
    bun: () => command("bun", path),
    deno: () => command("deno", "run", "--allow-all", path),
  };
}
