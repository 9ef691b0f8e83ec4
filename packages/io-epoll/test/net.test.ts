import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { closeFd, connectSocket, listenSocket, localAddress, openSocket } from "@pollab/io-sys";
import { type Context, Pending, PolledAfterCompletionError } from "@pollab/runtime-core/future";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ConcurrentOperationError, EpollDriver, type EpollListener, type EpollStream } from "../src/index.ts";
import { connectFrom, expectReady, watcher } from "./support/connection.ts";
import { HandExecutor } from "./support/hand-driven.ts";
import { countDescriptors } from "./support/leftovers.ts";

let driver: EpollDriver;
let descriptors: number;

beforeEach(() => {
  driver = EpollDriver.create();
  descriptors = countDescriptors();
});

afterEach(() => {
  expectNothingLeft();
  driver.close();
});

function expectNothingLeft(): void {
  expect(countDescriptors()).toBe(descriptors);
  expect(driver.registrations).toBe(0);
}

describe("a listener", () => {
  test("tells the port that the kernel chose, and refuses one that is taken", () => {
    const listener = driver.net.listen({ host: "127.0.0.1", port: 0 });
    const { address } = listener;
    expect(address.port).toBeGreaterThan(0);
    expect(() => driver.net.listen(address)).toThrow(
      expect.objectContaining({ code: "EADDRINUSE", address: "127.0.0.1", port: address.port }),
    );
    listener.close();
  });

  test("refuses a host that is a name, and says what was expected", () => {
    expect(() => driver.net.listen({ host: "localhost", port: 0 })).toThrow(/expected an IPv4 or IPv6 address/);
  });

  test("is woken once for a connection, and accepts without waiting those that came with it", () => {
    const listener = driver.net.listen({ host: "127.0.0.1", port: 0 });
    const { waker, cx } = watcher();
    const accept = listener.accept();
    expect(driver.counters.systemCalls.accept4).toBe(0);
    expect(accept.poll(cx)).toBe(Pending);
    const peers = [openSocket(4, false), openSocket(4, false)];
    for (const peer of peers) expect(connectSocket(peer, listener.address)).toBe(0);
    driver.park(1000);
    expect(waker.wakes).toBe(1);
    const first = expectReady(accept.poll(cx));
    expect(() => accept.poll(cx)).toThrow(PolledAfterCompletionError);
    const second = expectReady(listener.accept().poll(cx));
    const third = listener.accept();
    expect(third.poll(cx)).toBe(Pending);
    third.drop();
    first.close();
    second.close();
    for (const peer of peers) closeFd(peer);
    listener.close();
  });

  test("has one accept at a time, and the dropped one is forgotten", () => {
    const listener = driver.net.listen({ host: "127.0.0.1", port: 0 });
    const { waker, cx } = watcher();
    const first = listener.accept();
    expect(first.poll(cx)).toBe(Pending);
    const second = listener.accept();
    expect(() => second.poll(cx)).toThrow(ConcurrentOperationError);
    second.drop();
    expect(() => listener.accept().poll(cx)).toThrow(ConcurrentOperationError);
    first.drop();
    const peer = openSocket(4, false);
    expect(connectSocket(peer, listener.address)).toBe(0);
    driver.park(1000);
    expect(waker.wakes).toBe(0);
    expectReady(listener.accept().poll(cx)).close();
    closeFd(peer);
    listener.close();
  });

  test("that is closed fails the accept that waits with ECANCELED, and refuses connections", () => {
    const listener = driver.net.listen({ host: "127.0.0.1", port: 0 });
    const { waker, cx } = watcher();
    const accept = listener.accept();
    expect(accept.poll(cx)).toBe(Pending);
    listener.close();
    listener.close();
    expect(waker.wakes).toBe(1);
    expect(() => accept.poll(cx)).toThrow(expect.objectContaining({ code: "ECANCELED", syscall: "accept" }));
    const peer = openSocket(4, false);
    expect(connectSocket(peer, listener.address)).toBeLessThan(0);
    closeFd(peer);
  });

  test("without a descriptor left fails with EMFILE, and accepts the same connection once there is one", () => {
    const fixture = fileURLToPath(new URL("fixtures/out-of-descriptors.ts", import.meta.url));
    const output = execFileSync("sh", ["-c", 'ulimit -n 128; exec "$0" "$1"', process.execPath, fixture], {
      encoding: "utf8",
      timeout: 30_000,
    });
    expect(JSON.parse(output)).toEqual({ failed: "EMFILE", acceptedAfterwards: true });
  });
});

describe("connecting", () => {
  test.each(["127.0.0.1", "::1"])("reaches a listener at %s", (host) => {
    const executor = new HandExecutor(driver);
    const listener = driver.net.listen({ host, port: 0 });
    const client = executor.run(driver.net.connect(listener.address));
    const server = executor.run(listener.accept());
    const { cx } = watcher();
    expect(client.pollWrite(cx, Uint8Array.of(1))).toBe(1);
    driver.park(1000);
    expect(server.pollRead(cx, new Uint8Array(4))).toBe(1);
    for (const socket of [client, server, listener]) socket.close();
  });

  test("to a port where nobody listens fails with ECONNREFUSED, which names the address", () => {
    const unused = listenSocket({ host: "127.0.0.1", port: 0, backlog: 1, nonblocking: true });
    const address = localAddress(unused);
    closeFd(unused);
    expect(() => {
      new HandExecutor(driver).run(driver.net.connect(address));
    }).toThrow(
      expect.objectContaining({
        cause: expect.objectContaining({ code: "ECONNREFUSED", syscall: "connect", ...portOf(address) }) as unknown,
      }),
    );
  });

  test("does nothing before it is polled, and nothing is left when it is dropped half way", () => {
    const listener = driver.net.listen({ host: "127.0.0.1", port: 0 });
    const open = countDescriptors();
    const connect = driver.net.connect(listener.address);
    expect(countDescriptors()).toBe(open);
    const { waker, cx } = watcher();
    const result = connect.poll(cx);
    if (result !== Pending) result.close();
    connect.drop();
    expect(countDescriptors()).toBe(open);
    driver.poll();
    expect(waker.wakes).toBe(0);
    expect(() => connect.poll(cx)).toThrow(PolledAfterCompletionError);
    listener.close();
  });

  test("to a name fails, and says what was expected", () => {
    const { cx } = watcher();
    expect(() => driver.net.connect({ host: "localhost", port: 1 }).poll(cx)).toThrow(
      /expected an IPv4 or IPv6 address/,
    );
    expect(() => driver.net.connect({ host: "::1", port: 70_000 }).poll(cx)).toThrow(/expected a port from 0 to 65535/);
  });

  test("is woken when the connection stands, not before", () => {
    // A listener whose queue is full leaves a connection half open.
    const listener = listenSocket({ host: "127.0.0.1", port: 0, backlog: 0, nonblocking: false });
    const address = localAddress(listener);
    const filler = openSocket(4, false);
    expect(connectSocket(filler, address)).toBe(0);
    const { waker, cx } = watcher();
    const connect = driver.net.connect(address);
    expect(connect.poll(cx)).toBe(Pending);
    driver.poll();
    expect(waker.wakes).toBe(0);
    expect(connect.poll(cx)).toBe(Pending);
    connect.drop();
    closeFd(filler);
    closeFd(listener);
  });
});

describe("an event of a registration that has gone", () => {
  test("is ignored, although its place has been taken by another", () => {
    const first = connectFrom(driver);
    const second = connectFrom(driver);
    driver.poll();
    // Both have an event in the same batch. Who is woken first closes the other, whose place goes to a listener.
    const listeners: EpollListener[] = [];
    let replaced = false;
    function closeAndReplace(other: EpollStream): Context {
      const { cx } = watcher();
      cx.waker = {
        wake: () => {
          if (replaced) return;
          replaced = true;
          other.close();
          listeners.push(driver.net.listen({ host: "127.0.0.1", port: 0 }));
        },
      };
      return cx;
    }
    expect(first.stream.pollRead(closeAndReplace(second.stream), new Uint8Array(1))).toBe(Pending);
    expect(second.stream.pollRead(closeAndReplace(first.stream), new Uint8Array(1))).toBe(Pending);
    closeFd(first.peer);
    closeFd(second.peer);
    driver.park(1000);
    expect(driver.counters.stale).toBe(1);

    // The listener was not told of a connection: its accept waits without having tried.
    const { waker, cx } = watcher();
    for (const listener of listeners) {
      const accept = listener.accept();
      expect(accept.poll(cx)).toBe(Pending);
      expect(driver.counters.systemCalls.accept4).toBe(0);
      accept.drop();
      listener.close();
    }
    expect(listeners.length).toBe(1);
    expect(waker.wakes).toBe(0);
    first.stream.close();
    second.stream.close();
  });
});

function portOf({ host, port }: { host: string; port: number }): { address: string; port: number } {
  return { address: host, port };
}
