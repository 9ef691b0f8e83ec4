// Two ends of one connection over loopback: one on the driver under test, the other by plain blocking calls.
import { acceptSocket, closeFd, listenSocket, localAddress, openSocket, connectSocket } from "@pollab/io-sys";
import { type Context, Pending, type Poll } from "@pollab/runtime-core/future";
import type { EpollDriver, EpollStream } from "../../src/index.ts";
import { CountingWaker, contextOf, HandExecutor } from "./hand-driven.ts";

export interface Connection {
  readonly stream: EpollStream;
  /** The other end, a blocking socket of the test's. */
  readonly peer: number;
}

/** The driver's end was accepted, and its first event, which says that it can be written, has been taken in. */
export function acceptOn(driver: EpollDriver): Connection {
  const listener = driver.net.listen({ host: "127.0.0.1", port: 0 });
  const peer = openSocket(4, false);
  if (connectSocket(peer, listener.address) < 0) throw new Error("cannot connect over loopback");
  const stream = new HandExecutor(driver).run(listener.accept());
  listener.close();
  driver.poll();
  return { stream, peer };
}

/** The driver's end connected. */
export function connectFrom(driver: EpollDriver): Connection {
  const listener = listenSocket({ host: "127.0.0.1", port: 0, backlog: 1, nonblocking: false });
  const stream = new HandExecutor(driver).run(driver.net.connect(localAddress(listener)));
  const peer = acceptSocket(listener, false);
  closeFd(listener);
  return { stream, peer };
}

/** A waker that counts, and a context that has it. */
export function watcher(): { waker: CountingWaker; cx: Context } {
  const waker = new CountingWaker();
  return { waker, cx: contextOf(waker) };
}

/** The value of a poll that must be ready. */
export function expectReady<T>(result: Poll<T>): T {
  if (result === Pending) throw new Error("expected a value, but the future is pending");
  return result;
}
