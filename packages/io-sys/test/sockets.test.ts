import { readdirSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import {
  acceptSocket,
  BufferPool,
  closeFd,
  connectSocket,
  encodeAddress,
  ERRNO,
  listenSocket,
  localAddress,
  openSocket,
  peerAddress,
  readSlab,
  readView,
  setNoDelay,
  SHUTDOWN,
  shutdownSocket,
  socketError,
  writeSlab,
  writeView,
} from "../src/index.ts";

const EFAULT = 14;
const open: number[] = [];

function track(fd: number): number {
  expect(fd).toBeGreaterThanOrEqual(0);
  open.push(fd);
  return fd;
}

function listen(host = "127.0.0.1", port = 0): number {
  return track(listenSocket({ host, port, backlog: 8, nonblocking: true }));
}

/** Two ends of one connection, both non-blocking. */
function connection(): [number, number] {
  const listener = listen();
  const client = track(openSocket(4, true));
  expect([0, -ERRNO.EINPROGRESS]).toContain(connectSocket(client, localAddress(listener)));
  return [client, track(acceptSocket(listener, true))];
}

afterEach(() => {
  for (const fd of open.splice(0)) closeFd(fd);
});

describe("sockets", () => {
  test.each([
    ["127.0.0.1", 4],
    ["::1", 6],
  ] as const)("connect over %s", (host, family) => {
    const listener = listen(host);
    const address = localAddress(listener);
    expect(address.host).toBe(host);
    expect(address.port).toBeGreaterThan(0);
    const client = track(openSocket(family, false));
    expect(connectSocket(client, address)).toBe(0);
    const server = track(acceptSocket(listener, true));
    expect(peerAddress(client)).toEqual(address);
    expect(peerAddress(server)).toEqual(localAddress(client));
    setNoDelay(server);
    expect(socketError(client)).toBe(0);
  });

  test("are non-blocking or not as asked", () => {
    const listener = listen();
    expect(acceptSocket(listener, true)).toBe(-ERRNO.EAGAIN);
    const [, server] = connection();
    expect(readView(server, new Uint8Array(1))).toBe(-ERRNO.EAGAIN);
  });

  test("move bytes between slabs and views, and end", () => {
    const [client, server] = connection();
    const pool = new BufferPool({ bufferBytes: 4096 });
    const buffer = pool.take();
    buffer.bytes.set([1, 2, 3, 4]);
    expect(writeSlab(client, buffer.slab, buffer.offsetBytes + 1, 3)).toBe(3);
    const view = new Uint8Array(8);
    expect(readView(server, view.subarray(2, 6))).toBe(3);
    expect([...view]).toEqual([0, 0, 2, 3, 4, 0, 0, 0]);
    expect(writeView(server, view.subarray(3, 5))).toBe(2);
    expect(readSlab(client, buffer.slab, buffer.offsetBytes, 4096)).toBe(2);
    expect([...buffer.bytes.subarray(0, 4)]).toEqual([3, 4, 3, 4]);
    expect(shutdownSocket(client, SHUTDOWN.write)).toBe(0);
    expect(readView(server, view)).toBe(0);
    pool.close();
  });

  test("never end the process by writing to a peer that is gone", () => {
    const [client, server] = connection();
    closeFd(server);
    const codes = new Set([writeView(client, new Uint8Array(1)), writeView(client, new Uint8Array(1))]);
    expect([...codes].some((code) => code < 0)).toBe(true);
  });

  test("fail with an error that names the endpoint, and leave no descriptor", () => {
    const address = localAddress(listen());
    const before = readdirSync("/proc/self/fd").length;
    expect(() => listenSocket({ ...address, backlog: 1, nonblocking: true })).toThrow(
      expect.objectContaining({ code: "EADDRINUSE", syscall: "bind", address: address.host, port: address.port }),
    );
    expect(readdirSync("/proc/self/fd").length).toBe(before);
    expect(() => localAddress(-1)).toThrow(expect.objectContaining({ code: "EINVAL" }));
    expect(() => peerAddress(listen())).toThrow(expect.objectContaining({ code: "ENOTCONN", syscall: "getpeername" }));
  });

  test("are closed for programs that this one starts", async () => {
    const { spawnSync } = await import("node:child_process");
    const fds = [listen(), ...connection()];
    const { stdout } = spawnSync("ls", ["/proc/self/fd"], { encoding: "utf8" });
    for (const fd of fds) expect(stdout.split("\n")).not.toContain(String(fd));
  });
});

describe("addresses", () => {
  test("are encoded as the kernel takes them", () => {
    const v4 = encodeAddress({ host: "127.0.0.1", port: 0x1234 });
    expect(v4.length).toBe(16);
    expect([...v4.subarray(2, 8)]).toEqual([0x12, 0x34, 127, 0, 0, 1]);
    const v6 = encodeAddress({ host: "::1", port: 80 });
    expect(v6.length).toBe(28);
    expect([...v6.subarray(8, 24)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
  });

  test("are numbers: a name or a port out of range is refused, and says what was expected", () => {
    expect(() => encodeAddress({ host: "localhost", port: 1 })).toThrow(
      'expected an IPv4 or IPv6 address such as 127.0.0.1 or ::1, got "localhost"; look names up first',
    );
    for (const port of [-1, 65_536, 1.5, Number.NaN]) {
      expect(() => encodeAddress({ host: "::1", port })).toThrow("expected a port from 0 to 65535");
    }
  });
});

describe("what lies outside of a slab or is no view", () => {
  test("is refused before the system call, and nothing is touched", () => {
    const [client, server] = connection();
    const pool = new BufferPool({ bufferBytes: 4096, slabBytes: 4096 });
    const { slab, bytes } = pool.take();
    bytes.fill(7);
    expect(writeView(client, new Uint8Array(10))).toBe(10);
    const ranges = [
      [slab, 0, 4097],
      [slab, 4096, 1],
      [slab, 1, 4096],
      [slab, 2 ** 32 - 1, 2],
      [slab, 1, 2 ** 32 - 1],
      [slab + 1000, 0, 1],
    ] as const;
    for (const [id, offset, length] of ranges) {
      expect(readSlab(server, id, offset, length)).toBe(-EFAULT);
      expect(writeSlab(server, id, offset, length)).toBe(-EFAULT);
    }
    // Numbers that a conversion to 32 bits would wrap into the slab.
    for (const odd of [2 ** 32, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(readSlab(server, slab, odd, 1)).toBe(-ERRNO.EINVAL);
      expect(readSlab(server, slab, 0, odd)).toBe(-ERRNO.EINVAL);
      expect(readSlab(server, odd, 0, 1)).toBe(-ERRNO.EINVAL);
      expect(readSlab(odd, slab, 0, 1)).toBe(-ERRNO.EINVAL);
    }
    const notBytes: object = new Float64Array(1);
    expect(readView(server, notBytes as Uint8Array)).toBe(-EFAULT);
    expect(readView(server, {} as Uint8Array)).toBe(-EFAULT);
    expect(bytes.every((byte) => byte === 7)).toBe(true);
    // All ten bytes are still there.
    expect(readSlab(server, slab, 0, 4096)).toBe(10);
    pool.close();
  });
});
