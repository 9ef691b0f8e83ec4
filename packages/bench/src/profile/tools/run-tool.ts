// Running a tool to its end on what was recorded.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type Command, endingWithLab } from "../../runner/command.ts";
import { MachineError } from "../../runner/machine-error.ts";

const TIMEOUT_MS = 180_000;
const MOST_OUTPUT_BYTES = 2 ** 30;

/** What it wrote to stdout. @throws MachineError with what it said */
export function runTool(
  file: string,
  args: readonly string[],
  { cwd, environment }: { readonly cwd: string; readonly environment: Readonly<Record<string, string>> },
): string {
  const { status, signal, error, stdout, stderr } = spawnSync(file, args, {
    cwd,
    env: { ...process.env, ...environment },
    encoding: "utf8",
    maxBuffer: MOST_OUTPUT_BYTES,
    timeout: TIMEOUT_MS,
    // A tool that draws on its terminal would hide what the lab says.
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (error === undefined && status === 0) return stdout;
  const said = [error?.message, stderr.trim().split("\n").slice(-4).join(" ")].filter(Boolean).join(": ");
  throw new MachineError(`${file} failed (${signal ?? `exit code ${status}`})${said === "" ? "" : `: ${said}`}`);
}

/** The path of one of the shell scripts beside this file, which are not compiled. */
export function shellScript(name: string): string {
  return fileURLToPath(new URL(`../../../src/profile/tools/${name}.sh`, import.meta.url));
}

/** The words of a command that another one starts: it ends with the one that starts it, however that ends. */
export function wordsOf(command: Command): readonly string[] {
  const { file, args } = endingWithLab(command);
  return [file, ...args];
}
