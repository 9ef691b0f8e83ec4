// Echo on this project's runtime as a guest in Node's event loop.
import { HostedThread } from "@pollab/executor-single";
import type { OwnedBuffer } from "@pollab/runtime-core/io";
import { type NetDriver, serveEcho } from "./tasks.ts";

/** Serves until standard input ends. It cannot count its system calls: libuv makes some of them. */
export function echoOnHosted<B extends OwnedBuffer>(driver: NetDriver<B>): void {
  const runtime = new HostedThread({ driver });
  runtime.spawn(serveEcho(driver, { requests: 0 }));
  process.stdin.on("end", () => runtime.close()).resume();
}
