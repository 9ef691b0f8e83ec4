// The echo server as a user starts it, and connections to it.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program to its end. */
export async function runEcho(...args: string[]): Promise<Outcome> {
  const process = spawnEcho(args);
  return await process.outcome;
}

export class EchoProcess implements AsyncDisposable {
  readonly port: number;
  /** As the line says. */
  readonly pid: number;
  readonly line: string;
  private readonly child: ChildProcess;
  readonly outcome: Promise<Outcome>;

  private constructor(child: ChildProcess, outcome: Promise<Outcome>, line: string) {
    const found = /^listening 127\.0\.0\.1:(\d+) pid=(\d+)$/.exec(line);
    if (found === null) throw new Error(`unexpected line: ${line}`);
    this.child = child;
    this.outcome = outcome;
    this.line = line;
    this.port = Number(found[1]);
    this.pid = Number(found[2]);
  }

  /** @param driver as on the command line: its name, and what else is said about it */
  static async start(driver: string): Promise<EchoProcess> {
    const { child, outcome } = spawnEcho(["--driver", ...driver.split(" "), "--port", "0"]);
    if (child.stdout === null) throw new Error("stdout is a pipe");
    const lines = createInterface({ input: child.stdout });
    const line = await Promise.race([
      once(lines, "line"),
      outcome.then((end) => Promise.reject(new Error(end.stderr))),
    ]);
    return new EchoProcess(child, outcome, String(line[0]));
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Descriptors that the process has open. */
  get descriptors(): number {
    return readdirSync(`/proc/${this.pid}/fd`).length;
  }

  async connect(): Promise<Socket> {
    const socket = connect({ host: "127.0.0.1", port: this.port, allowHalfOpen: true, noDelay: true });
    await once(socket, "connect");
    return socket;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill("SIGKILL");
    await this.outcome;
  }
}

/** A connection; undefined where nobody listens. */
export async function connectTo(port: number): Promise<Socket | undefined> {
  const socket = connect({ host: "127.0.0.1", port, noDelay: true });
  try {
    await once(socket, "connect");
    return socket;
  } catch {
    return undefined;
  }
}

/** A port that nobody has, and hardly anybody will have soon. */
export async function unusedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("a TCP server has an address and a port");
  return address.port;
}

/** Starts the program, whatever it says. */
export function spawnEcho(args: readonly string[]): { child: ChildProcess; outcome: Promise<Outcome> } {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const outcome = new Promise<Outcome>((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { child, outcome };
}

/** Everything that the peer sends until it finishes; fails with its reset. */
export async function received(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}

/** Sends, and waits until as many bytes have come back. */
export async function roundTrip(socket: Socket, bytes: Uint8Array): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let missing = bytes.length;
  const done = Promise.withResolvers<void>();
  const onData = (chunk: Buffer): void => {
    chunks.push(chunk);
    missing -= chunk.length;
    if (missing <= 0) done.resolve();
  };
  socket.on("data", onData).once("close", () => done.reject(new Error("closed before everything came back")));
  socket.resume().write(bytes);
  await done.promise;
  // Without a listener a flowing stream would throw away what comes next.
  socket.pause().off("data", onData);
  return Buffer.concat(chunks);
}
