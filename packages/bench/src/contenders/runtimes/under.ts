// A program of the lab under another runtime than the lab's own.
import type { Command } from "../../runner/command.ts";
import type { Runtime } from "./install.ts";

/** Whether the command runs a JavaScript program, which another runtime can run as well. */
export function isJavaScript({ file }: Command): boolean {
  return file === process.execPath;
}

/** The same program with the same arguments. */
export function under(runtime: Pick<Runtime, "args" | "environment" | "file" | "folder">, command: Command): Command {
  return {
    ...command,
    file: runtime.file,
    args: [...runtime.args, ...command.args],
    environment: { ...command.environment, ...runtime.environment(runtime.folder) },
  };
}
