// Echo on node:net, as its users write it.
import { createServer } from "node:net";
import { announce } from "../listening.ts";

/** Serves until standard input ends. It cannot count its system calls: libuv makes them. */
export function echoOnNode(): void {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on("data", (chunk) => socket.write(chunk));
    socket.on("error", () => socket.destroy());
  });
  server.listen({ host: "127.0.0.1", port: 0, backlog: 4096 }, () => {
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("a TCP server has an address and a port");
    announce(address.port);
  });
  process.stdin.on("end", () => process.exit(0)).resume();
}
