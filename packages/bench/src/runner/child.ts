// A program of the lab while it runs: it is bounded in time, ends with the run, and its failure is told in its own words.
import { type ChildProcess, spawn } from "node:child_process";
import { basename } from "node:path";
import { createInterface } from "node:readline";
import { type Command, endingWithLab } from "./command.ts";

/** The end of what a failed program wrote to stderr that an error repeats. */
const STDERR_LINES = 6;

export class Child implements AsyncDisposable {
  private readonly process: ChildProcess;
  private readonly lines: AsyncIterator<string>;
  private readonly command: Command;
  private stderr = "";
  private readonly ended: Promise<void>;
  private readonly timer: NodeJS.Timeout;
  private readonly stop: () => void;
  private readonly signal: AbortSignal;
  private timedOut = false;

  /** @param signal ends the program when it is aborted */
  constructor(command: Command, timeoutMs: number, signal: AbortSignal) {
    signal.throwIfAborted();
    this.command = command;
    // A session of its own: Ctrl-C is for the lab, which then ends its programs itself.
    const { file, args, environment } = endingWithLab(command);
    const child = spawn(file, args, {
      stdio: ["pipe", "pipe", "pipe"],
      detached: true,
      ...(environment === undefined ? {} : { env: { ...process.env, ...environment } }),
    });
    this.process = child;
    this.signal = signal;
    this.stop = () => child.kill("SIGKILL");
    signal.addEventListener("abort", this.stop);
    this.timer = setTimeout(() => {
      this.timedOut = true;
      child.kill("SIGKILL");
    }, timeoutMs);
    // A program that could not be started, or that died, is reported where its output is missed.
    child.on("error", (error) => (this.stderr += `${error.message}\n`));
    child.stdin?.on("error", () => {});
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.stderr += text));
    this.ended = new Promise((resolve) => child.once("close", () => resolve()));
    if (child.stdout === null) throw new Error("stdout is a pipe");
    this.lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  /** The next line that the program writes. @throws Error with what it said instead */
  async line(): Promise<string> {
    const next = await this.lines.next();
    if (next.done !== true) return next.value;
    await this.ended;
    throw this.failure("ended without the expected output");
  }

  /** All that the program still writes until its end, by lines. */
  async remainingLines(): Promise<string[]> {
    const lines: string[] = [];
    for (let next = await this.lines.next(); next.done !== true; next = await this.lines.next()) lines.push(next.value);
    return lines;
  }

  /** Asks a server to stop, in the way that it listens to. */
  requestStop(): void {
    if (this.command.stopsOn === "SIGTERM") this.process.kill("SIGTERM");
    else this.process.stdin?.end();
  }

  /** Waits for the end. @throws Error unless it is a success */
  async finish(): Promise<void> {
    await this.ended;
    if (this.process.exitCode !== 0) throw this.failure("failed");
  }

  private failure(what: string): Error {
    this.signal.throwIfAborted();
    const { exitCode, signalCode } = this.process;
    const how = this.timedOut ? "was ended because it took too long" : what;
    const status = signalCode === null ? `exit code ${exitCode}` : signalCode;
    const said = this.stderr.trim().split("\n").slice(-STDERR_LINES).join("\n");
    const name = [this.command.file, ...this.command.args].map((word) => basename(word)).join(" ");
    return new Error(`${name} ${how} (${status})${said === "" ? "" : `: ${said}`}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.timer);
    this.signal.removeEventListener("abort", this.stop);
    if (this.process.exitCode === null && this.process.signalCode === null && this.process.pid !== undefined) {
      this.process.kill("SIGKILL");
      await this.ended;
    }
  }
}
