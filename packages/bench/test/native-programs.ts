// The native programs as the tests run them: built with the address and undefined-behaviour sanitizers, so that every behaviour that
// is tested is tested for those too. A finding of theirs ends a program with exit code 99, which no test expects.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";

const packageFolder = join(import.meta.dirname, "..");
const buildScript = join(packageFolder, "..", "..", "scripts", "build-native.ts");

const environment = { ...process.env, ASAN_OPTIONS: "exitcode=99", UBSAN_OPTIONS: "exitcode=99:print_stacktrace=1" };

/** No program of the tests may run longer. */
const lifetimeMs = 20_000;

export interface Exit {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Of the driver's package, and built from there. */
const WITHOUT_IO_URING = "../io-uring-native/native/without-io-uring/main.c";

/** A program is its own folder's sources and the common ones. */
function sourcesOf(name: string): string[] {
  if (name === "without-io-uring") return [WITHOUT_IO_URING];
  return [`native/${name}`, "native/common"].flatMap((folder) =>
    readdirSync(join(packageFolder, folder))
      .filter((file) => file.endsWith(".c"))
      .map((file) => `${folder}/${file}`),
  );
}

/** The path of the program; undefined where there is no C compiler or it cannot link the sanitizers. */
export function sanitized(name: string): string | undefined {
  const output = `sanitized-${name}`;
  const arguments_ = [buildScript, "sanitized", output, ...sourcesOf(name)];
  const { status, stderr } = spawnSync(process.execPath, arguments_, { cwd: packageFolder, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  const path = join(packageFolder, "build", output);
  return existsSync(path) ? path : undefined;
}

export const noSanitizers = "no C compiler here that links the address sanitizer";

/** Runs a program to its end. */
export async function run(command: string, ...arguments_: readonly (string | number)[]): Promise<Exit> {
  const child = spawn(command, arguments_.map(String), {
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: lifetimeMs,
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { code: child.exitCode, stdout, stderr };
}

export interface RunningServer {
  readonly port: number;
  readonly pid: number;
  /** Sends the signal and waits for the end. `stdout` is what came after the first line. */
  stop(signal: "SIGINT" | "SIGTERM"): Promise<Exit>;
}

/** Starts an echo server and waits for its first line. */
export async function startServer(command: string): Promise<RunningServer> {
  const child = spawn(command, ["--port", "0"], {
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: lifetimeMs,
  });
  const exited = once(child, "close");
  const stderr = text(child.stderr);
  let stdout = "";
  child.stdout.setEncoding("utf8");
  const firstLine = new Promise<void>((resolve) => {
    child.stdout.on("data", (chunk: string) => {
      stdout += chunk;
      if (stdout.includes("\n")) resolve();
    });
  });
  await Promise.race([firstLine, exited]);
  const [, port, pid] = /^listening 127\.0\.0\.1:(\d+) pid=(\d+)\n$/.exec(stdout) ?? [];
  if (port === undefined || pid === undefined) throw new Error(`no first line: ${stdout}${await stderr}`);
  stdout = "";
  return {
    port: Number(port),
    pid: Number(pid),
    async stop(signal) {
      child.kill(signal);
      await exited;
      return { code: child.exitCode, stdout, stderr: await stderr };
    },
  };
}
