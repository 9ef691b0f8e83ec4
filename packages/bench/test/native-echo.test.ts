import { once } from "node:events";
import { connect } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { Exit } from "./native-programs.ts";
import { noSanitizers, run, sanitized, startServer } from "./native-programs.ts";

const loadgen = sanitized("loadgen");
const withoutIoUring = sanitized("without-io-uring");

interface Counters {
  readonly syscalls: Readonly<Record<string, number>>;
  readonly requests: number;
}

describe.each(["echo-epoll", "echo-threads", "echo-uring"])("%s", (name) => {
  const server = sanitized(name);
  const waits = { "echo-epoll": "epoll_wait", "echo-threads": "recv", "echo-uring": "io_uring_enter" }[name] ?? "";

  async function reasonToSkip(): Promise<string | undefined> {
    if (server === undefined || loadgen === undefined) return noSanitizers;
    if (name !== "echo-uring") return undefined;
    try {
      const probe = await startServer(server);
      await probe.stop("SIGTERM");
      return undefined;
    } catch (error) {
      if (String(error).includes("io_uring is not available here")) return String(error);
      throw error;
    }
  }

  /** Starts the server, lets `use` use it, stops it and returns its counters. */
  async function counted(use: (port: number, pid: number) => Promise<void>): Promise<Counters> {
    if (server === undefined) throw new Error(noSanitizers);
    const running = await startServer(server);
    let exit: Exit;
    try {
      await use(running.port, running.pid);
    } finally {
      exit = await running.stop("SIGTERM");
    }
    const { code, stdout, stderr } = exit;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    // What it holds is checked by the tests.
    return JSON.parse(stdout) as Counters;
  }

  async function load(port: number, pid: number, ...more: readonly (string | number)[]): Promise<void> {
    if (loadgen === undefined) throw new Error(noSanitizers);
    const { code, stderr } = await run(loadgen, "--port", port, "--server-pid", pid, ...more);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  }

  it("prints its system calls and requests when SIGTERM stops it", async ({ skip }) => {
    const reason = await reasonToSkip();
    if (reason !== undefined) return skip(reason);
    const { syscalls, requests } = await counted((port, pid) => load(port, pid, "--connections", 1, "--requests", 500));
    expect(requests).toBe(500);
    const { total, ...byName } = syscalls;
    expect(Object.values(byName).reduce((sum, count) => sum + count, 0)).toBe(total);
    // One connection never has two requests at once, so each takes a wait of its own.
    expect(byName[waits]).toBeGreaterThanOrEqual(500);
    if (name === "echo-uring") expect(byName["send"] ?? byName["recv"]).toBeUndefined();
    else expect(byName["send"]).toBe(500);
  });

  it("stops on SIGINT too, with connections open", async ({ skip }) => {
    const reason = await reasonToSkip();
    if (reason !== undefined || server === undefined) return skip(reason);
    const running = await startServer(server);
    const socket = connect(running.port, "127.0.0.1");
    socket.write("open");
    await once(socket, "data");
    const closed = once(socket, "close");
    const { code, stdout } = await running.stop("SIGINT");
    await closed;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ requests: 1 });
  });

  it("serves 512 connections at once", async ({ skip }) => {
    const reason = await reasonToSkip();
    if (reason !== undefined) return skip(reason);
    const { requests } = await counted((port, pid) => load(port, pid, "--connections", 512, "--requests", 2048));
    expect(requests).toBe(2048);
  });

  it("returns every byte of requests that are larger than its buffer", async ({ skip }) => {
    const reason = await reasonToSkip();
    if (reason !== undefined) return skip(reason);
    // The generator compares every reply; a chunk that the server receives is at most as long as a request.
    const { requests } = await counted((port, pid) =>
      load(port, pid, "--connections", 3, "--requests", 60, "--bytes", 65536),
    );
    expect(requests).toBeGreaterThanOrEqual(60);
  });

  it("keeps what a peer does not read, and serves others meanwhile", async ({ skip }) => {
    const reason = await reasonToSkip();
    if (reason !== undefined) return skip(reason);
    const sent = Buffer.alloc(128 * 1024 * 1024, "0123456789abcdef-");
    await counted(async (port, pid) => {
      const slow = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
      await once(slow, "connect");
      slow.pause();
      slow.write(sent);
      await load(port, pid, "--connections", 2, "--requests", 100);
      // Otherwise the kernel's buffers took it all, and the server was never kept waiting.
      expect(slow.writableLength).toBeGreaterThan(0);
      slow.end();
      expect((await buffer(slow)).equals(sent)).toBe(true);
    });
  });

  it("answers a peer that has closed its sending side, then closes", async ({ skip }) => {
    const reason = await reasonToSkip();
    if (reason !== undefined) return skip(reason);
    await counted(async (port) => {
      const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
      socket.end("last words");
      expect((await buffer(socket)).toString()).toBe("last words");
    });
  });

  it("survives connections that are reset", async ({ skip }) => {
    const reason = await reasonToSkip();
    if (reason !== undefined) return skip(reason);
    const { requests } = await counted(async (port, pid) => {
      for (let i = 0; i < 50; i += 1) {
        const socket = connect(port, "127.0.0.1");
        await once(socket, "connect");
        socket.write("never read");
        socket.resetAndDestroy();
      }
      await load(port, pid, "--connections", 2, "--requests", 10);
    });
    // What was sent before a reset may have been received or not.
    expect(requests).toBeGreaterThanOrEqual(10);
  });

  it("closes a connection that is reset while it keeps bytes for it", async ({ skip }) => {
    const reason = await reasonToSkip();
    if (reason !== undefined) return skip(reason);
    const { syscalls } = await counted(async (port, pid) => {
      const slow = connect(port, "127.0.0.1");
      await once(slow, "connect");
      slow.pause();
      slow.write(Buffer.alloc(128 * 1024 * 1024));
      await load(port, pid, "--connections", 1, "--requests", 100);
      expect(slow.writableLength).toBeGreaterThan(0);
      slow.resetAndDestroy();
      await once(slow, "close");
      await load(port, pid, "--connections", 1, "--requests", 100);
      // The server turns to the signal only after what came before it: wait until nothing is left to see.
      await setTimeout(100);
    });
    // The two loads' and the slow one.
    expect(syscalls["close"]).toBe(3);
  });

  it("refuses a command line without a port", async ({ skip }) => {
    if (server === undefined) return skip(noSanitizers);
    const exit = await run(server);
    expect(exit).toMatchObject({ code: 2, stdout: "" });
    expect(exit.stderr).toContain(`: --port is missing\nusage: ${name} --port N`);
  });

  it("says that its port is taken", async ({ skip }) => {
    const reason = await reasonToSkip();
    if (reason !== undefined || server === undefined) return skip(reason);
    const running = await startServer(server);
    const exit = await run(server, "--port", running.port);
    await running.stop("SIGTERM");
    expect(exit).toMatchObject({ code: 1, stdout: "" });
    expect(exit.stderr).toContain(`cannot bind 127.0.0.1:${running.port}: Address already in use`);
  });
});

describe("echo-uring without io_uring", () => {
  const server = sanitized("echo-uring");

  it.for([
    ["EPERM", 1],
    ["EACCES", 13],
    ["ENOSYS", 38],
    ["ENOMEM", 12],
    ["EINVAL", 22],
  ] as const)("names %s and its cause", async ([name, errno], { skip }) => {
    if (server === undefined || withoutIoUring === undefined) return skip(noSanitizers);
    const exit = await run(withoutIoUring, errno, server, "--port", 0);
    expect(exit).toMatchObject({ code: 2, stdout: "" });
    expect(exit.stderr).toMatch(new RegExp(`: io_uring is not available here: ${name}: .{20,}\n$`));
  });
});
