// The echo server on node:net.
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { BACKLOG, GRACE_MS, HOST, LAST_ANSWERS_MS, type Server } from "./server.ts";

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
      // What has arrived is still answered. Then the peers are told that there will be no more, and what they still send is
      // thrown away until they have finished too: closed earlier, a connection would be reset, and its answers lost.
      setTimeout(() => {
        for (const socket of sockets) socket.unpipe().end().resume();
      }, LAST_ANSWERS_MS);
      const grace = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, GRACE_MS);
      server.once("close", () => {
        clearTimeout(grace);
      });
    },
  };
}
