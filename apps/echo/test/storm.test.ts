import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { received, roundTrip } from "./support/echo-process.ts";
import { ioUringMissing } from "./support/io-uring.ts";

const CONNECTIONS = 1000;
/** All of them share two cores with this process. */
const HOSTED_CONNECTIONS = 200;
const STORM_MS = 60_000;
const SERVER = fileURLToPath(new URL("support/storm-server.ts", import.meta.url));
const LARGEST_MESSAGE_BYTES = 40_000;

/** What a client may do with a connection. Each ends with it closed, one way or another. */
const fates: readonly ((socket: Socket) => Promise<void>)[] = [
  // Opened and closed.
  async (socket) => void socket.destroy(),
  async (socket) => void socket.resetAndDestroy(),
  // Used, then finished in order.
  async (socket) => {
    const message = randomMessage();
    socket.end(message);
    expect((await received(socket)).equals(message)).toBe(true);
  },
  // Used for a while, then closed or reset.
  async (socket) => {
    for (let i = 0; i < 3; i++) {
      const message = randomMessage();
      expect((await roundTrip(socket, message)).equals(message)).toBe(true);
      await delay(Math.random() * 50);
    }
    if (Math.random() < 0.5) socket.destroy();
    else socket.resetAndDestroy();
  },
  // Gone while its answer is on the way.
  async (socket) => {
    socket.pause().write(randomMessage());
    await delay(Math.random() * 5);
    socket.resetAndDestroy();
  },
  // Idle for long.
  async (socket) => {
    await delay(Math.random() * 1000);
    socket.destroy();
  },
];

describe(`connections opened, used, reset and closed at random for ${STORM_MS / 1000} s`, () => {
  test.concurrent.for([
    [CONNECTIONS, "epoll", "owned"],
    [CONNECTIONS, "uring", "owned"],
    [HOSTED_CONNECTIONS, "epoll", "hosted"],
    [HOSTED_CONNECTIONS, "uring", "hosted"],
  ] as const)(
    "%d at a time leave %s, %s, without a descriptor, buffer, registration or task of them",
    { timeout: STORM_MS + 60_000 },
    async ([connections, driver, mode], { skip }) => {
      if (driver === "uring" && ioUringMissing !== undefined) skip(ioUringMissing);
      const server = spawn(process.execPath, [SERVER, driver, mode], { stdio: ["pipe", "pipe", "inherit"] });
      const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
      const port = Number((await lines.next()).value);
      const endMs = performance.now() + STORM_MS;
      let opened = 0;
      await Promise.all(
        Array.from({ length: connections }, async () => {
          while (performance.now() < endMs) {
            await oneConnection(port);
            opened++;
            // Bounds the rate: a closed connection keeps its port for a second.
            await delay(Math.random() * 400);
          }
        }),
      );
      const { before, after } = await stopAndCount(server, lines);
      expect(opened).toBeGreaterThan(connections);
      expect(after).toEqual(before);
    },
  );
});

async function oneConnection(port: number): Promise<void> {
  const socket = connect({ host: "127.0.0.1", port, allowHalfOpen: true, noDelay: true });
  // A reset of our own comes back as an error; what matters is asserted.
  socket.on("error", () => {});
  await once(socket, "connect");
  const closed = once(socket, "close");
  await fates[Math.floor(Math.random() * fates.length)]?.(socket);
  await closed;
}

function randomMessage(): Buffer {
  return Buffer.alloc(1 + Math.floor(Math.random() ** 4 * LARGEST_MESSAGE_BYTES), `${Math.random()}`);
}

async function stopAndCount(
  server: ChildProcess,
  lines: AsyncIterator<string>,
): Promise<{ before: unknown; after: unknown }> {
  server.stdin?.end();
  const next = await lines.next();
  if (next.done === true) throw new Error("the server ended without its counts");
  await once(server, "close");
  // What storm-server.ts writes.
  return JSON.parse(next.value) as { before: unknown; after: unknown };
}
