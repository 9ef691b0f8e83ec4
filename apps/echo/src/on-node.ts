// The echo server on node:net.
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { BACKLOG, GRACE_MS, HOST, type Server } from "./server.ts";

/** @throws Error such as EADDRINUSE */
export async function serveOnNode(port: number): Promise<Server> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    // A peer that resets its connection ends nothing but that.
    socket.on("error", () => socket.destroy());
    socket.pipe(socket);
  });
  server.listen({ host: HOST, port, backlog: BACKLOG });
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a TCP server has an address and a port");
  const ended = new Promise<void>((resolve, reject) => {
    server.once("close", resolve).once("error", reject);
  });
  return {
    port: address.port,
    ended,
    stop() {
      server.close();
      for (const socket of sockets) socket.end();
      const grace = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, GRACE_MS);
      server.once("close", () => {
        clearTimeout(grace);
      });
    },
  };
}
