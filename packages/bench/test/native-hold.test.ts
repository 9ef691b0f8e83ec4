import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { noSanitizers, run, sanitized } from "./native-programs.ts";

const hold = sanitized("hold");

/** A server in this process that does with each connection what the test says. */
async function serving(serve: (socket: Socket) => void, body: (port: number) => Promise<void>): Promise<void> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    serve(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    // A TCP server that listens has an address of this form.
    await body((server.address() as AddressInfo).port);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

describe("hold", () => {
  it("opens connections that are served once and stay open until the end of its input", async ({ skip }) => {
    if (hold === undefined) return skip(noSanitizers);
    let [open, bytes] = [0, 0];
    const echo = (socket: Socket): void => {
      open += 1;
      socket.on("close", () => (open -= 1));
      socket.on("data", (chunk) => {
        bytes += chunk.length;
        socket.write(chunk);
      });
    };
    await serving(echo, async (port) => {
      const child = spawn(hold, ["--port", String(port), "--connections", "200"], { timeout: 20_000 });
      const ended = once(child, "close");
      const [line] = await once(child.stdout, "data");
      expect(JSON.parse(String(line))).toEqual({ connections: 200, elapsedNs: expect.any(Number) });
      expect([open, bytes]).toEqual([200, 200 * 64]);
      child.stdin.end();
      expect(await ended).toEqual([0, null]);
    });
  });

  it("notices a reply that is not the request", async ({ skip }) => {
    if (hold === undefined) return skip(noSanitizers);
    const twist = (socket: Socket): void => {
      socket.on("data", (chunk) => socket.write(chunk.toReversed()));
    };
    await serving(twist, async (port) => {
      const exit = await run(hold, "--port", port, "--connections", 3);
      expect(exit).toMatchObject({ code: 1, stdout: "" });
      // All bytes of the first request are zero, so it reads the same backwards.
      expect(exit.stderr).toContain("connection 1: the reply is not the request");
    });
  });

  it("says who has closed a connection", async ({ skip }) => {
    if (hold === undefined) return skip(noSanitizers);
    const close = (socket: Socket): void => {
      socket.on("data", () => socket.end());
    };
    await serving(close, async (port) => {
      const exit = await run(hold, "--port", port, "--connections", 1);
      expect(exit).toMatchObject({ code: 1, stdout: "" });
      expect(exit.stderr).toContain("connection 0: the server closed the connection");
    });
  });

  it("refuses more connections than a port has room for", async ({ skip }) => {
    if (hold === undefined) return skip(noSanitizers);
    const exit = await run(hold, "--port", 1, "--connections", 20_000);
    expect(exit).toMatchObject({ code: 2, stdout: "" });
    expect(exit.stderr).toContain('--connections must be a whole number from 1 to 16000, not "20000"');
  });
});
