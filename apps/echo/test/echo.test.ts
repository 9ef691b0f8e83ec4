import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { setTimeout as delay } from "node:timers/promises";
import { beforeEach, describe, expect, test } from "vitest";
import { connectTo, EchoProcess, received, roundTrip, runEcho, spawnEcho, unusedPort } from "./support/echo-process.ts";
import { ioUringMissing } from "./support/io-uring.ts";

const TIMEOUT_MS = 20_000;
const concurrent = [
  "epoll",
  "uring",
  "epoll --hosted",
  "uring --hosted",
  "epoll --workers 2",
  "uring --workers 2",
  "node",
];

/** Skips what this machine has no io_uring for, and says why it has none. */
function skipWhereMissing(driver: string): void {
  beforeEach(({ skip }) => {
    if (driver.startsWith("uring") && ioUringMissing !== undefined) skip(ioUringMissing);
  });
}

describe.each([...concurrent, "blocking"])("echo --driver %s", { timeout: TIMEOUT_MS }, (driver) => {
  skipWhereMissing(driver);
  test("says in one line where it listens and who serves", async () => {
    await using server = await EchoProcess.start(driver);
    expect(server.descriptors).toBeGreaterThan(0);
    server.kill("SIGTERM");
    const { code, stdout, stderr } = await server.outcome;
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `${server.line}\n`, stderr: "" });
  });

  test("serves although nobody reads where", async () => {
    const port = await unusedPort();
    const server = spawnEcho(["--driver", ...driver.split(" "), "--port", String(port)]);
    server.child.stdout?.destroy();
    try {
      await expect.poll(async () => (await connectTo(port))?.destroy() !== undefined, { timeout: 10_000 }).toBe(true);
      const socket = await connectTo(port);
      if (socket === undefined) throw new Error("it served, and does no more");
      expect(String(await roundTrip(socket, Buffer.from("heard")))).toBe("heard");
      socket.destroy();
    } finally {
      server.child.kill("SIGTERM");
    }
    const { code, stderr } = await server.outcome;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  test("returns every byte, whatever its value and however many", async () => {
    await using server = await EchoProcess.start(driver);
    const socket = await server.connect();
    const bytes = randomBytes(3_000_000);
    expect((await roundTrip(socket, bytes)).equals(bytes)).toBe(true);
    socket.destroy();
  });

  test("answers a peer that has finished sending, then finishes too", async () => {
    await using server = await EchoProcess.start(driver);
    const socket = await server.connect();
    socket.end("last words");
    expect((await received(socket)).toString()).toBe("last words");
  });

  test("survives a peer that resets its connection", async () => {
    await using server = await EchoProcess.start(driver);
    for (let i = 0; i < 20; i++) {
      const socket = await server.connect();
      await roundTrip(socket, Buffer.from("x"));
      socket.on("error", () => {});
      socket.write("never read");
      socket.resetAndDestroy();
    }
    const socket = await server.connect();
    expect((await roundTrip(socket, Buffer.from("still there"))).toString()).toBe("still there");
    socket.destroy();
  });

  test.each(["SIGINT", "SIGTERM"] as const)(
    "on %s answers what it has received and closes its connections",
    async (signal) => {
      await using server = await EchoProcess.start(driver);
      const idle = await server.connect();
      await roundTrip(idle, Buffer.from("hello"));
      idle.write("in flight");
      await delay(50);
      server.kill(signal);
      expect((await received(idle)).toString()).toBe("in flight");
      idle.destroy();
      const { code, stderr } = await server.outcome;
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    },
  );

  test("stops within its grace when a peer never takes its answers", async () => {
    await using server = await EchoProcess.start(driver);
    const stubborn = await server.connect();
    stubborn.on("error", () => {});
    stubborn.pause();
    stubborn.write(Buffer.alloc(30_000_000));
    await delay(200);
    server.kill("SIGTERM");
    expect((await server.outcome).code).toBe(0);
    stubborn.destroy();
  });

  test("has no descriptor for a connection until there is one again, and then serves it", async (context) => {
    if (spawnSync("prlimit", ["--version"]).error !== undefined) context.skip("prlimit is not installed");
    await using server = await EchoProcess.start(driver);
    const limit = (descriptors: number): number | null =>
      spawnSync("prlimit", ["--pid", String(server.pid), `--nofile=${descriptors}:`]).status;
    expect(limit(1)).toBe(0);
    // An accept that waits has its descriptor already.
    (await server.connect()).destroy();
    const waiting = await server.connect();
    waiting.write("at last");
    await delay(250);
    expect(limit(1024)).toBe(0);
    const other = await server.connect();
    if (driver === "node") waiting.destroy();
    else expect((await roundTrip(waiting, Buffer.alloc(0))).toString()).toBe("at last");
    waiting.destroy();
    expect((await roundTrip(other, Buffer.from("still there"))).toString()).toBe("still there");
    other.destroy();
  });

  test("works with nc, which nobody here wrote", async (context) => {
    if (spawnSync("nc", ["-h"]).error !== undefined) context.skip("nc is not installed");
    await using server = await EchoProcess.start(driver);
    const nc = spawn("nc", ["-N", "127.0.0.1", String(server.port)], { stdio: ["pipe", "pipe", "ignore"] });
    nc.stdin.end("through nc\n");
    let text = "";
    nc.stdout.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    await once(nc, "close");
    expect(text).toBe("through nc\n");
  });

  test("says which port is taken", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const address = other.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const { code, stdout, stderr } = await runEcho("--driver", ...driver.split(" "), "--port", String(port));
    other.close();
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(new RegExp(`^echo: .*EADDRINUSE.*127\\.0\\.0\\.1:${port}`));
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describe.each(concurrent)("echo --driver %s, with many at a time", { timeout: TIMEOUT_MS }, (driver) => {
  skipWhereMissing(driver);
  test("serves 200 connections and has no descriptor left of them", async () => {
    await using server = await EchoProcess.start(driver);
    const before = server.descriptors;
    const sockets = await Promise.all(Array.from({ length: 200 }, () => server.connect()));
    for (let round = 0; round < 3; round++) {
      const answers = await Promise.all(sockets.map((socket, i) => roundTrip(socket, Buffer.from(`${round} of ${i}`))));
      expect(answers.map(String)).toEqual(sockets.map((_, i) => `${round} of ${i}`));
    }
    expect(server.descriptors).toBe(before + 200);
    for (const [i, socket] of sockets.entries()) {
      if (i % 2 === 0) socket.destroy();
      else socket.on("error", () => {}).resetAndDestroy();
    }
    await expect.poll(() => server.descriptors, { timeout: 5000 }).toBe(before);
  });
});

describe.each(concurrent)("echo --driver %s, asked to stop", { timeout: TIMEOUT_MS }, (driver) => {
  skipWhereMissing(driver);
  test("does not reset a peer that is still sending, which so reads its last answers", async () => {
    await using server = await EchoProcess.start(driver);
    const socket = await server.connect();
    const answers = received(socket);
    const sent: Buffer[] = [];
    const sending = setInterval(() => {
      const bytes = randomBytes(10_000);
      sent.push(bytes);
      socket.write(bytes);
    }, 1);
    await delay(50);
    server.kill("SIGTERM");
    // The server has finished, and says so. The peer takes its time to.
    const answered = await answers;
    await delay(50);
    clearInterval(sending);
    socket.end(randomBytes(100_000));
    const { code, stderr } = await server.outcome;
    expect({ code, stderr, error: socket.errored }).toEqual({ code: 0, stderr: "", error: null });
    expect(answered.length).toBeGreaterThan(10_000);
    expect(answered.equals(Buffer.concat(sent).subarray(0, answered.length))).toBe(true);
  });
});

describe.each(["epoll", "uring"])("echo --driver %s --workers 3", { timeout: TIMEOUT_MS }, (driver) => {
  skipWhereMissing(driver);

  test("listens in each of its threads, at the same port", async () => {
    await using server = await EchoProcess.start(`${driver} --workers 3`);
    expect(listenersAt(server.port)).toBe(3);
    const sockets = await Promise.all(Array.from({ length: 24 }, () => server.connect()));
    const answers = await Promise.all(sockets.map((socket, i) => roundTrip(socket, Buffer.from(`number ${i}`))));
    expect(answers.map(String)).toEqual(sockets.map((_, i) => `number ${i}`));
    for (const socket of sockets) socket.destroy();
  });
});

/** Sockets of this machine that listen at a port, IPv4. See proc_net(5). */
function listenersAt(port: number): number {
  const address = `0100007F:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const LISTEN = "0A";
  return readFileSync("/proc/net/tcp", "utf8")
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => local === address && state === LISTEN).length;
}

test("a thread that waits in accept holds up no exit", { timeout: TIMEOUT_MS }, () => {
  const program = fileURLToPath(new URL("support/exit-while-blocking.ts", import.meta.url));
  const { status, signal } = spawnSync(process.execPath, [program], { timeout: 10_000, killSignal: "SIGKILL" });
  expect({ status, signal }).toEqual({ status: 3, signal: null });
});

describe("the command line", () => {
  test.each([
    [[], "--driver expects one of epoll, uring, node, blocking, but was not given"],
    [["--driver", "epol"], '--driver expects one of epoll, uring, node, blocking, but was given "epol"'],
    [["--driver", "node", "--port", "65536"], '--port expects a number from 0 to 65535, but was given "65536"'],
    [["--driver", "node", "--port", "x"], '--port expects a number from 0 to 65535, but was given "x"'],
    [["--driver", "node", "--hosted"], "--hosted expects --driver epoll or uring, but was given with node"],
    [["--driver", "node", "--workers", "2"], "--workers expects --driver epoll or uring, but was given with node"],
    [["--driver", "epoll", "--workers", "0"], '--workers expects a number from 1 to 24, but was given "0"'],
    [["--driver", "uring", "--workers", "25"], '--workers expects a number from 1 to 24, but was given "25"'],
    [["--driver", "epoll", "--workers", "2", "--hosted"], "--workers and --hosted exclude each other: choose one"],
    [["--drivr", "node"], "Unknown option '--drivr'"],
    [["--driver"], "Option '--driver <value>' argument missing"],
  ])("%j is refused with what was expected", async (args, message) => {
    const { code, stdout, stderr } = await runEcho(...args);
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: "",
      stderr: `echo: ${message}\nSee "pnpm echo --help".\n`,
    });
  });

  test("--help says how to use it", async () => {
    const { code, stdout } = await runEcho("--help");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^pnpm echo --driver DRIVER/);
  });
});
