// A command that prepares something, such as installing or building: bounded in time, ended with all that it started when the user
// interrupts, and told of in its own last words when it fails.
import { spawn } from "node:child_process";
import { MachineError } from "../../runner/machine-error.ts";

/** The end of what a failed command wrote that an error repeats. */
const LAST_LINES = 12;

/** What is to be run, where, and for how long at most. */
export interface Step {
  /** What it does, for an error: "building 0123456". */
  readonly what: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly timeoutMs: number;
}

/** What it wrote to stdout. @throws MachineError when it fails; the signal's reason when it was aborted */
export async function runStep({ what, file, args, cwd, timeoutMs }: Step, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  // A group of its own: what it started ends with it.
  const child = spawn(file, args, { cwd, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    said += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  let timedOut = false;
  const end = (): void => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // All of the group has ended.
    }
  };
  const timer = setTimeout(() => {
    timedOut = true;
    end();
  }, timeoutMs);
  signal.addEventListener("abort", end);
  const failure = await new Promise<string | undefined>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, by) => resolve(code === 0 ? undefined : `it ended with ${by ?? `exit code ${code}`}`));
  });
  clearTimeout(timer);
  signal.removeEventListener("abort", end);
  signal.throwIfAborted();
  if (failure === undefined) return stdout;
  const why = timedOut ? `it took longer than ${Math.round(timeoutMs / 60_000)} minutes` : failure;
  const last = said.trim().split("\n").slice(-LAST_LINES).join("\n");
  throw new MachineError(`${what} failed: ${why}${last === "" ? "" : `\n${last}`}`);
}
