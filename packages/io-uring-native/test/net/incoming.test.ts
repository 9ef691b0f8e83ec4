// Accepting with one operation for many connections, on the real kernel.
import { closeFd, type IoBuffer } from "@pollab/io-sys";
import { asyncFn, Pending } from "@pollab/runtime-core/future";
import { End } from "@pollab/runtime-core/stream";
import { spawn } from "@pollab/runtime-core/task";
import { constants } from "node:os";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Kernel, nativeKernel } from "../../src/kernel.ts";
import type { UringTcpStream } from "../../src/net/tcp-stream.ts";
import { missing } from "../support/machine.ts";
import { openDescriptors, TestRuntime } from "../support/test-runtime.ts";
import { failure, receiveText, sendText } from "../support/together.ts";

const HOST = "127.0.0.1";
const CONNECTIONS = 40;

describe.skipIf(missing !== undefined).each([
  ["descriptors of the process", 0],
  ["descriptors of the ring", 16],
])(`connections with %s ${missing ?? ""}`, (_name, directDescriptors) => {
  let runtime: TestRuntime;

  beforeEach(() => {
    runtime = new TestRuntime({ bufferBytes: 64, directDescriptors });
  });

  afterEach(() => {
    runtime.close();
  });

  it("come from one operation, or with a descriptor of the ring from one each, and each works", () => {
    const { net, counters } = runtime.driver;
    runtime.run(
      asyncFn(function* () {
        const listener = net.listen({ host: HOST, port: 0 });
        const incoming = listener.incoming();
        for (let i = 0; i < CONNECTIONS; i++) {
          const connecting = spawn(net.connect(listener.address));
          const server = yield* incoming.next();
          if (server === End) throw new Error("expected a connection");
          const client = yield* connecting;
          yield* sendText(runtime.driver, client, `hello ${i}`);
          expect(yield* receiveText(runtime.driver, server)).toBe(`hello ${i}`);
          server.shutdownWrite();
          expect(yield* receiveText(runtime.driver, client)).toBe("");
          client.close();
          server.close();
        }
        incoming.drop();
        listener.close();
      })(),
    );
    expect(counters.rearms).toBe(directDescriptors === 0 ? 0 : CONNECTIONS);
    expect(counters.fallbacks).toEqual({});
    runtime.settle(() => counters.inFlight === 1, "an operation is left");
  });

  it("more than are asked for wait, at last in the listener's queue", () => {
    const { net, counters } = runtime.driver;
    const listener = net.listen({ host: HOST, port: 0 });
    const incoming = listener.incoming({ maxQueued: 3 });
    const first = incoming.next();
    expect(runtime.poll(first)).toBe(Pending);
    const clients = runtime.run(
      asyncFn(function* () {
        const connecting = Array.from({ length: 12 }, () => spawn(net.connect(listener.address)));
        const connected = [];
        for (const one of connecting) connected.push(yield* one);
        return connected;
      })(),
    );
    if (directDescriptors === 0) runtime.settle(() => counters.pauses === 1, "the stream was not stopped");
    const { rearms } = counters;
    const servers: (UringTcpStream<IoBuffer> | End)[] = [runtime.run(first)];
    while (servers.length < 12) servers.push(runtime.run(incoming.next()));
    const another = incoming.next();
    expect(runtime.poll(another)).toBe(Pending);
    expect(counters.rearms).toBeGreaterThan(rearms);
    clients.push(runtime.run(net.connect(listener.address)));
    servers.push(runtime.run(another));
    for (const server of servers) if (server !== End) server.close();
    for (const client of clients) client.close();
    incoming.drop();
    listener.close();
  });

  it("are closed when the stream that has accepted them is dropped", () => {
    const { net } = runtime.driver;
    const listener = net.listen({ host: HOST, port: 0 });
    runtime.driver.poll();
    const before = openDescriptors();
    const incoming = listener.incoming();
    const waiting = incoming.next();
    expect(runtime.poll(waiting)).toBe(Pending);
    const clients = [1, 2, 3].map(() => runtime.run(net.connect(listener.address)));
    runtime.driver.park(5);
    waiting.drop();
    incoming.drop();
    for (const client of clients) expect(runtime.run(receiveText(runtime.driver, client))).toBe("");
    for (const client of clients) client.close();
    runtime.settle(() => runtime.driver.counters.inFlight === 1, "the accept did not end");
    expect(openDescriptors()).toBe(before);
    expect(runtime.run(incoming.next())).toBe(End);
    listener.close();
  });

  it("end with ECANCELED when the listener is closed", () => {
    const listener = runtime.driver.net.listen({ host: HOST, port: 0 });
    const incoming = listener.incoming();
    const waiting = runtime.spawn(failure(incoming.next()));
    runtime.settle(() => runtime.driver.counters.inFlight === 2, "the accept did not begin");
    listener.close();
    expect(runtime.run(waiting)).toMatchObject({ code: "ECANCELED", syscall: "accept" });
    expect(runtime.run(incoming.next())).toBe(End);
    expect(() => runtime.poll(listener.incoming().next())).toThrow(expect.objectContaining({ code: "ECANCELED" }));
  });
});

describe.skipIf(missing !== undefined)(`descriptors of the ring ${missing ?? ""}`, () => {
  it.each(["one at a time", "as a stream"])("give way to those of the process when the table is full, %s", (how) => {
    const runtime = new TestRuntime({ bufferBytes: 64, directDescriptors: 2 });
    const { net, counters } = runtime.driver;
    const listener = net.listen({ host: HOST, port: 0 });
    const incoming = listener.incoming();
    const clients = [];
    const servers = [];
    for (let i = 0; i < 5; i++) {
      clients.push(runtime.run(net.connect(listener.address)));
      const server = runtime.run(how === "as a stream" ? incoming.next() : listener.accept());
      if (server === End) throw new Error("expected a connection");
      servers.push(server);
    }
    expect(counters.fallbacks["direct descriptors"]).toEqual({ count: expect.any(Number), code: "ENFILE" });
    for (const [i, client] of clients.entries()) {
      runtime.run(sendText(runtime.driver, client, `${i}`));
      const [server] = servers.splice(0, 1);
      if (server === undefined) throw new Error("expected a connection");
      expect(runtime.run(receiveText(runtime.driver, server))).toBe(`${i}`);
      server.close();
      client.close();
    }
    incoming.drop();
    listener.close();
    runtime.close();
  });

  it("become descriptors of the process on demand", () => {
    const runtime = new TestRuntime({ bufferBytes: 64, directDescriptors: 2 });
    const { net } = runtime.driver;
    const listener = net.listen({ host: HOST, port: 0 });
    const client = runtime.run(net.connect(listener.address));
    const server = runtime.run(listener.accept());
    expect(() => server.peerAddress).toThrow(expect.objectContaining({ code: "EBADF" }));
    const before = openDescriptors();
    const fd = runtime.run(server.installDescriptor());
    expect(fd).toBeGreaterThan(2);
    expect(openDescriptors()).toBe(before + 1);
    // A descriptor of the process has one already.
    expect(runtime.run(failure(client.installDescriptor()))).toMatchObject({ code: "EINVAL" });
    server.close();
    client.close();
    listener.close();
    // It was the caller's to close.
    expect(() => {
      runtime.close();
    }).toThrow(/1 descriptor/);
    closeFd(fd);
  });
});

describe.skipIf(missing !== undefined)(`accepting on older kernels ${missing ?? ""}`, () => {
  it("takes one operation for each connection, and says so", () => {
    const runtime = new TestRuntime({ bufferBytes: 64, directDescriptors: 4 }, withoutMultishot(nativeKernel()));
    const { net, counters } = runtime.driver;
    const listener = net.listen({ host: HOST, port: 0 });
    const incoming = listener.incoming();
    for (let i = 0; i < 5; i++) {
      const client = runtime.run(net.connect(listener.address));
      const server = runtime.run(incoming.next());
      if (server === End) throw new Error("expected a connection");
      server.close();
      client.close();
    }
    expect(counters.fallbacks["accept multishot"]?.code).toBe("EINVAL");
    expect(counters.fallbacks["registered files"]).toEqual({ count: 1, code: "EINVAL" });
    incoming.drop();
    listener.close();
    runtime.close();
  });
});

/** Refuses multishot accepts, by making each entry of one invalid, and tables of files. */
function withoutMultishot(kernel: Kernel): Kernel {
  let sqes = new Int32Array(0);
  return {
    ...kernel,
    registerFiles: () => -constants.errno.EINVAL,
    setup: (...call) => {
      const mapping = kernel.setup(...call);
      if (typeof mapping !== "number") sqes = new Int32Array(mapping.sqes);
      return mapping;
    },
    enter: (...call) => {
      for (let at = 0; at < sqes.length; at += 16) {
        const word = sqes[at] ?? 0;
        const isMultishotAccept = (word & 0xff) === 13 && word >>> 16 === 1;
        if (isMultishotAccept) sqes[at] = word | (0x4000 << 16);
      }
      return kernel.enter(...call);
    },
  };
}
