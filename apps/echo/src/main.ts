// The program `echo`.
import { type Arguments, parseArguments, USAGE, UsageError } from "./arguments.ts";
import { serveBlocking } from "./on-blocking.ts";
import { serveHosted } from "./on-hosted.ts";
import { serveOnNode } from "./on-node.ts";
import { serveOnRuntime } from "./on-runtime.ts";
import { serveOnWorkers } from "./on-workers.ts";
import { HOST, type Server } from "./server.ts";

// Serving does not depend on who reads the line that says where.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") process.stderr.write(`echo: standard output cannot be written: ${error.message}\n`);
});

try {
  const parsed = parseArguments(process.argv.slice(2));
  if (parsed === undefined) process.stdout.write(USAGE);
  else await run(parsed);
} catch (error) {
  process.stderr.write(`echo: ${error instanceof Error ? error.message : String(error)}\n`);
  if (error instanceof UsageError) process.stderr.write('See "pnpm echo --help".\n');
  // Set, not exited with: a thread that is still ending must not be cut off.
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

async function run(parsed: Arguments): Promise<void> {
  const signalled = Promise.withResolvers<void>();
  // Before it serves: whoever was answered may ask it to stop at once.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => signalled.resolve());
  const server = await start(parsed);
  // Node ends a process that waits for nothing but signals.
  const alive = setInterval(() => {}, 2 ** 30);
  try {
    process.stdout.write(`listening ${HOST}:${server.port} pid=${process.pid}\n`);
    await Promise.race([signalled.promise, server.ended]);
    server.stop();
    await server.ended;
  } finally {
    clearInterval(alive);
  }
}

function start({ driver, hosted, port, workers }: Arguments): Promise<Server> {
  switch (driver) {
    case "epoll":
    case "uring":
      if (workers !== undefined) return serveOnWorkers(driver, workers, port);
      return hosted ? serveHosted(driver, port) : serveOnRuntime(driver, port);
    case "node":
      return serveOnNode(port);
    case "blocking":
      return serveBlocking(port);
  }
}
