import { type IoBuffer } from "@pollab/io-sys";
import { asyncFn } from "@pollab/runtime-core/future";
import {
  copyBidirectional,
  flush,
  read,
  readExact,
  readToEnd,
  shutdown,
  split,
  writeAll,
} from "@pollab/runtime-core/io";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EpollDriver, type EpollStream } from "../src/index.ts";
import { HandExecutor } from "./support/hand-driven.ts";
import { countDescriptors } from "./support/leftovers.ts";

let before: number;
let driver: EpollDriver;
let executor: HandExecutor;

beforeEach(() => {
  before = countDescriptors();
  driver = EpollDriver.create({ bufferBytes: 64 });
  executor = new HandExecutor(driver);
});
afterEach(() => {
  driver.close();
  expectNothingLeft();
});

function expectNothingLeft(): void {
  expect(countDescriptors()).toBe(before);
}

function connection(host = "127.0.0.1"): [EpollStream, EpollStream] {
  const listener = driver.net.listen({ host, port: 0 });
  const client = executor.run(driver.net.connect(listener.address));
  const server = executor.run(listener.accept());
  listener.close();
  return [client, server];
}

function code(name: string): unknown {
  return expect.objectContaining({ code: name });
}

describe("a connection", () => {
  test.each(["127.0.0.1", "::1"])("over %s knows both of its ends", (host) => {
    const [client, server] = connection(host);
    expect(client.localAddress).toEqual(server.peerAddress);
    expect(client.peerAddress).toEqual(server.localAddress);
    expect(client.localAddress.host).toBe(host);
    client.close();
    expect(() => client.localAddress).toThrow(code("ECANCELED"));
    expect(() => client.peerAddress).toThrow(code("ECANCELED"));
    expect(() => client.options).toThrow(code("ECANCELED"));
  });

  test.each(["127.0.0.1", "::1"])("over %s has options, which are what they were set to", (host) => {
    const [{ options }, server] = connection(host);
    expect(options).toMatchObject({ noDelay: true, keepAlive: null, lingerSeconds: null });
    expect(server.options.noDelay).toBe(true);
    options.noDelay = false;
    options.keepAlive = { idleSeconds: 30, intervalSeconds: 5, probes: 2 };
    options.lingerSeconds = 7;
    options.ttl = 33;
    options.sendBufferBytes = 9000;
    expect(options).toMatchObject({ noDelay: false, lingerSeconds: 7, ttl: 33, sendBufferBytes: 2 * 9000 });
    expect(options.keepAlive).toEqual({ idleSeconds: 30, intervalSeconds: 5, probes: 2 });
    options.keepAlive = { probes: 3 };
    expect(options.keepAlive).toEqual({ idleSeconds: 30, intervalSeconds: 5, probes: 3 });
    options.keepAlive = null;
    options.lingerSeconds = null;
    expect(options).toMatchObject({ keepAlive: null, lingerSeconds: null });
    expect(() => {
      options.ttl = 1000;
    }).toThrow(code("EINVAL"));
  });

  test("that lingers for no time is reset when it is closed", () => {
    const [client, server] = connection();
    client.options.lingerSeconds = 0;
    client.close();
    expect(() => {
      executor.run(read(server, new Uint8Array(1)));
    }).toThrow(expect.objectContaining({ cause: code("ECONNRESET") }));
  });

  test("is a source and a destination for everything that runtime-core does with bytes", () => {
    const [client, server] = connection();
    const talk = asyncFn(function* () {
      const [reading, writing] = split(client);
      yield* writeAll(writing, Uint8Array.of(1, 2, 3));
      yield* flush(writing);
      const heard = yield* readExact(server, new Uint8Array(2));
      yield* shutdown(writing);
      const rest = yield* readToEnd(server, 10);
      yield* writeAll(server, Uint8Array.of(9));
      yield* shutdown(server);
      return [[...heard], [...rest], [...(yield* readToEnd(reading, 10))]];
    });
    expect(executor.run(talk())).toEqual([[1, 2], [3], [9]]);
  });

  test("dropping a borrowed read does not take the waker of an owned one that came after", () => {
    const [client, server] = connection();
    const borrowed = read(server, new Uint8Array(1));
    const buf: IoBuffer = driver.net.buffers.take();
    const first = executor.spawn(borrowed);
    executor.turn();
    const owned = executor.spawn(server.read(buf));
    executor.turn();
    first.cancel();
    executor.turn();
    executor.run(writeAll(client, Uint8Array.of(5)));
    expect(executor.run(owned).n).toBe(1);
  });

  test("is proxied to another in both directions", () => {
    const [client, front] = connection();
    const [back, server] = connection();
    executor.spawn(copyBidirectional(front, back));
    const talk = asyncFn(function* () {
      yield* writeAll(client, Uint8Array.of(1));
      yield* readExact(server, new Uint8Array(1));
      yield* writeAll(server, Uint8Array.of(2));
      return (yield* readExact(client, new Uint8Array(1)))[0];
    });
    expect(executor.run(talk())).toBe(2);
  });
});

describe("listening", () => {
  test("at one address in several sockets is possible when each says so", () => {
    const first = driver.net.listen({ host: "127.0.0.1", port: 0, reusePort: true });
    const { address } = first;
    expect(driver.net.listen({ ...address, reusePort: true }).address).toEqual(address);
    expect(() => driver.net.listen(address)).toThrow(code("EADDRINUSE"));
  });
});
