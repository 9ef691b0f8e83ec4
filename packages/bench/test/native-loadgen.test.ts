import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import type { LatencyHistogram } from "../src/record/run.ts";
import type { Exit } from "./native-programs.ts";
import { noSanitizers, run, sanitized, startServer } from "./native-programs.ts";

const loadgen = sanitized("loadgen");
const echoServer = sanitized("echo-epoll");
const withoutIoUring = sanitized("without-io-uring");

interface Result {
  readonly operations: number;
  readonly elapsedNs: number;
  readonly cpuNs: number;
  readonly cpuUserNs: number;
  readonly cpuSystemNs: number;
  readonly latency: LatencyHistogram;
  readonly generator: { readonly cpuNs: number; readonly engine: string };
}

/** A server in this process that does with each connection what the test says. */
async function serving(serve: (socket: Socket) => void, body: (port: number) => Promise<void>): Promise<void> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    // The generator ends at the first fault; that resets the others.
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    serve(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    // A TCP server that listens has an address of this form.
    await body((server.address() as AddressInfo).port);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

function echo(socket: Socket): void {
  socket.pipe(socket);
}

/** Serves one connection after the other, to its end, as a blocking server on one thread does. */
function oneAfterTheOther(): (socket: Socket) => void {
  const waiting: Socket[] = [];
  let busy = false;
  const next = (): void => {
    const socket = waiting.shift();
    busy = socket !== undefined;
    if (socket === undefined) return;
    socket.on("close", next);
    echo(socket);
  };
  return (socket) => {
    waiting.push(socket);
    if (!busy) next();
  };
}

/** Echoes, after `change` has had its way with each chunk; `index` counts the connection's chunks. */
function echoChanged(change: (chunk: Buffer, index: number) => Buffer): (socket: Socket) => void {
  return (socket) => {
    let index = 0;
    socket.on("data", (chunk: Buffer) => {
      socket.write(change(chunk, index));
      index += 1;
    });
  };
}

function parse({ code, stdout, stderr }: Exit): Result {
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout.endsWith("}\n") && stdout.indexOf("\n") === stdout.length - 1).toBe(true);
  // What it holds is checked by the tests.
  return JSON.parse(stdout) as Result;
}

describe.each(["epoll", "uring"])("loadgen on %s", (engine) => {
  async function generate(port: number, ...more: readonly (string | number)[]): Promise<Exit> {
    if (loadgen === undefined) throw new Error(noSanitizers);
    return run(loadgen, "--engine", engine, "--port", port, "--server-pid", process.pid, ...more);
  }

  async function probe(): Promise<string | undefined> {
    if (loadgen === undefined) return noSanitizers;
    const { code, stderr } = await generate(1, "--connections", 1, "--requests", 1);
    return code === 2 ? stderr : undefined;
  }

  it("prints one line of JSON with every request in the histogram", async ({ skip }) => {
    const reason = await probe();
    if (reason !== undefined) return skip(reason);
    await serving(echo, async (port) => {
      const result = parse(await generate(port, "--connections", 4, "--requests", 1000, "--warmup", 100));
      expect(Object.keys(result)).toEqual([
        "operations",
        "elapsedNs",
        "cpuNs",
        "cpuUserNs",
        "cpuSystemNs",
        "latency",
        "generator",
      ]);
      expect(result.operations).toBe(1000);
      expect(result.generator.engine).toBe(engine);
      expect(result.cpuNs).toBeGreaterThan(0);
      expect(result.generator.cpuNs).toBeGreaterThan(0);
      const { lowestNs, counts, maxNs } = result.latency;
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1000);
      expect(lowestNs).toEqual([...lowestNs].sort((a, b) => a - b));
      expect(lowestNs.length).toBe(counts.length);
      expect(maxNs).toBeGreaterThanOrEqual(lowestNs.at(-1) ?? Infinity);
      expect(maxNs).toBeLessThanOrEqual(result.elapsedNs);
    });
  });

  it("shares out the warm-up and the requests, the remainder to the first connections, on new connections", async ({
    skip,
  }) => {
    const reason = await probe();
    if (reason !== undefined) return skip(reason);
    const served: number[][] = [];
    const count = (socket: Socket): void => {
      const ids: number[] = [];
      served.push(ids);
      echoChanged((chunk) => {
        ids.push(chunk.readUInt32LE(0));
        return chunk;
      })(socket);
    };
    await serving(count, async (port) => {
      parse(await generate(port, "--connections", 3, "--requests", 11, "--warmup", 5));
    });
    const requestsById = new Map(served.map((ids) => [ids[0] ?? -1, ids.length]));
    expect(served.every((ids) => new Set(ids).size === 1)).toBe(true);
    expect([...requestsById].sort(([a], [b]) => a - b)).toEqual([
      [0, 2],
      [1, 2],
      [2, 1],
      [3, 4],
      [4, 4],
      [5, 3],
    ]);
  });

  it("opens only as many connections for the warm-up as it has requests", async ({ skip }) => {
    const reason = await probe();
    if (reason !== undefined) return skip(reason);
    let connections = 0;
    const count = (socket: Socket): void => {
      connections += 1;
      echo(socket);
    };
    await serving(count, async (port) => {
      parse(await generate(port, "--connections", 5, "--requests", 5, "--warmup", 2));
    });
    expect(connections).toBe(7);
  });

  it("is served by a server that takes one connection after the other", async ({ skip }) => {
    const reason = await probe();
    if (reason !== undefined) return skip(reason);
    await serving(oneAfterTheOther(), async (port) => {
      const result = parse(await generate(port, "--connections", 8, "--requests", 100, "--warmup", 20));
      expect(result.operations).toBe(100);
    });
  });

  it("drives more connections than its queues have room for at once", async ({ skip }) => {
    const reason = await probe();
    if (reason !== undefined) return skip(reason);
    await serving(echo, async (port) => {
      const result = parse(await generate(port, "--connections", 600, "--requests", 1800));
      expect(result.operations).toBe(1800);
    });
  });

  it("sends requests that the socket does not take at once", async ({ skip }) => {
    const reason = await probe();
    if (reason !== undefined) return skip(reason);
    // The server reads only after a while, and the socket's buffers hold less than a request by then.
    const late = (socket: Socket): void => {
      setTimeout(() => echo(socket), 100);
    };
    await serving(late, async (port) => {
      const result = parse(await generate(port, "--connections", 1, "--requests", 2, "--bytes", 16_777_216));
      expect(result.operations).toBe(2);
    });
  });

  it("puts large replies together from their pieces", async ({ skip }) => {
    const reason = await probe();
    if (reason !== undefined) return skip(reason);
    await serving(echo, async (port) => {
      const result = parse(await generate(port, "--connections", 7, "--requests", 100, "--bytes", 65536));
      expect(result.operations).toBe(100);
    });
  });

  it.for<[string, (chunk: Buffer) => Buffer]>([
    ["a changed byte", (chunk: Buffer) => Buffer.concat([chunk.subarray(0, -1), Buffer.of((chunk.at(-1) ?? 0) ^ 1)])],
    ["a byte too many", (chunk: Buffer) => Buffer.concat([chunk, Buffer.of(0)])],
    ["the right bytes of another connection", (chunk: Buffer) => Buffer.concat([Buffer.of(9), chunk.subarray(1)])],
  ])("reports %s", async ([, corrupt], { skip }) => {
    const reason = await probe();
    if (reason !== undefined) return skip(reason);
    const corruptThird = echoChanged((chunk, index) => (index === 2 ? corrupt(chunk) : chunk));
    await serving(corruptThird, async (port) => {
      const exit = await generate(port, "--connections", 2, "--requests", 20);
      expect(exit).toMatchObject({ code: 1, stdout: "" });
      expect(exit.stderr).toMatch(/^\S+: measurement: connection [23], request 3 of 10: the reply is (not|longer)/);
    });
  });

  it("reports a reply that repeats the request before", async ({ skip }) => {
    const reason = await probe();
    if (reason !== undefined) return skip(reason);
    const repeat = (socket: Socket): void => {
      let first: Buffer | undefined;
      echoChanged((chunk) => (first ??= chunk))(socket);
    };
    await serving(repeat, async (port) => {
      const exit = await generate(port, "--connections", 1, "--requests", 5);
      expect(exit.code).toBe(1);
      expect(exit.stderr).toMatch(/request 2 of 5: the reply is not the request/);
    });
  });

  it("reports an early end of stream, also when it comes together with a reply", async ({ skip }) => {
    const reason = await probe();
    if (reason !== undefined) return skip(reason);
    const endAfterFirst = (socket: Socket): void => {
      socket.once("data", (chunk: Buffer) => socket.end(chunk));
    };
    await serving(endAfterFirst, async (port) => {
      const exit = await generate(port, "--connections", 1, "--requests", 5);
      expect(exit.code).toBe(1);
      expect(exit.stderr).toMatch(/request 2 of 5: (the server closed the connection|recv: |send: )/);
    });
  });

  it("notices an end of stream that came before it looked, behind a part of the reply", async ({ skip }) => {
    const reason = await probe();
    if (reason !== undefined) return skip(reason);
    let connections = 0;
    // While the generator opens the others, the first connection gets half a reply and its end.
    const endFirst = (socket: Socket): void => {
      connections += 1;
      if (connections === 1) socket.end("half");
      else echo(socket);
    };
    await serving(endFirst, async (port) => {
      const exit = await generate(port, "--connections", 300, "--requests", 300, "--timeout-s", 3);
      expect(exit.code).toBe(1);
      expect(exit.stderr).toMatch(/connection 300, request 1 of 1: the server closed the connection before the reply/);
    });
  });

  it("reports a reset connection", async ({ skip }) => {
    const reason = await probe();
    if (reason !== undefined) return skip(reason);
    const reset = (socket: Socket): void => {
      socket.once("data", () => socket.resetAndDestroy());
    };
    await serving(reset, async (port) => {
      const exit = await generate(port, "--connections", 1, "--requests", 5);
      expect(exit.code).toBe(1);
      expect(exit.stderr).toMatch(/request 1 of 5: recv: Connection reset by peer/);
    });
  });

  it("gives up at its deadline when nobody answers", async ({ skip }) => {
    const reason = await probe();
    if (reason !== undefined) return skip(reason);
    await serving(
      () => {},
      async (port) => {
        const exit = await generate(port, "--connections", 2, "--requests", 5, "--timeout-s", 1);
        expect(exit).toMatchObject({ code: 1, stdout: "" });
        expect(exit.stderr).toMatch(
          /timed out after 1 s: measurement: 0 replies had arrived, 2 connections still waited/,
        );
      },
    );
  });

  it("gives up at its deadline also when replies never cease", { timeout: 30_000 }, async ({ skip }) => {
    const reason = await probe();
    if (reason !== undefined) return skip(reason);
    if (echoServer === undefined) return skip(noSanitizers);
    const running = await startServer(echoServer);
    // Long requests, so that the generator is the slower one and never has to wait.
    const more = ["--connections", 256, "--bytes", 16_384, "--requests", 4_000_000_000, "--timeout-s", 1];
    const exit = await generate(running.port, ...more);
    await running.stop("SIGTERM");
    expect(exit).toMatchObject({ code: 1, stdout: "" });
    expect(exit.stderr).toMatch(/timed out after 1 s: measurement: \d{2,} replies had arrived, 256 connections/);
  });
});

describe("the open loop", () => {
  /** Answers at once, but for one pause of `stallMs`, after so many chunks, in which nobody is answered. */
  function stalling(afterChunks: number, stallMs: number): (socket: Socket) => void {
    let chunks = 0;
    return echoChanged((chunk) => {
      chunks += 1;
      if (chunks === afterChunks) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, stallMs);
      return chunk;
    });
  }

  async function load(
    port: number,
    ...more: readonly (string | number)[]
  ): Promise<Result & { lateness?: LatencyHistogram }> {
    if (loadgen === undefined) throw new Error(noSanitizers);
    return parse(await run(loadgen, "--port", port, "--server-pid", process.pid, "--connections", 4, ...more));
  }

  /** How many latencies are at least so long. */
  function slow({ latency: { lowestNs, counts } }: Result, leastNs: number): number {
    return counts.reduce((sum, count, i) => ((lowestNs[i] ?? 0) >= leastNs ? sum + count : sum), 0);
  }

  it("counts a stall for every request that came meanwhile, where a closed loop counts it once for each connection", async ({
    skip,
  }) => {
    if (loadgen === undefined) return skip(noSanitizers);
    const stallMs = 300;
    const requests = 500;
    const requestsPerSecond = 1000;
    let [closed, open] = [0, 0];
    await serving(stalling(requests / 2, stallMs), async (port) => {
      closed = slow(await load(port, "--requests", requests), (stallMs / 2) * 1e6);
    });
    await serving(stalling(requests / 2, stallMs), async (port) => {
      open = slow(await load(port, "--requests", requests, "--rate", requestsPerSecond, "--arrivals", "even"), 75e6);
    });
    expect(closed).toBeGreaterThan(0);
    expect(closed).toBeLessThanOrEqual(4);
    // Those of the first 225 ms of the stall wait for at least 75 ms more.
    expect(open).toBeGreaterThanOrEqual(225);
  });

  it("keeps to its rate, however quickly replies come", async ({ skip }) => {
    if (loadgen === undefined) return skip(noSanitizers);
    await serving(echo, async (port) => {
      // 200 even intervals of 1 ms; random ones that are shorter by four standard deviations are as good as impossible.
      for (const [arrivals, leastNs] of [
        ["even", 200e6],
        ["poisson", 143e6],
      ] as const) {
        const result = await load(port, "--requests", 200, "--rate", 1000, "--arrivals", arrivals);
        expect(result.operations).toBe(200);
        expect(result.elapsedNs).toBeGreaterThanOrEqual(leastNs);
        expect(result.lateness?.counts.reduce((sum, count) => sum + count, 0)).toBe(200);
      }
    });
  });
});

describe("loadgen", () => {
  it("says where nobody listens", async ({ skip }) => {
    if (loadgen === undefined) return skip(noSanitizers);
    const exit = await run(loadgen, ..."--port 1 --connections 1 --requests 1 --server-pid 1".split(" "));
    expect(exit).toMatchObject({ code: 1, stdout: "" });
    expect(exit.stderr).toMatch(/measurement: cannot connect to 127\.0\.0\.1:1: Connection refused/);
  });

  it("says when there is no such process to measure", async ({ skip }) => {
    if (loadgen === undefined) return skip(noSanitizers);
    await serving(echo, async (port) => {
      // Above the largest process id that Linux gives out.
      const exit = await run(loadgen, "--port", port, "--connections", 1, "--requests", 1, "--server-pid", 4_194_305);
      expect(exit.code).toBe(1);
      expect(exit.stderr).toMatch(/cannot read the processor time of --server-pid 4194305/);
    });
  });

  it.for([
    ["", "--port is missing"],
    ["--port 1 --connections 4 --requests 3 --server-pid 1", "--requests must be at least --connections (4), not 3"],
    [
      "--port 1 --connections 4096 --requests 4096 --server-pid 1 --bytes 65537",
      "--connections times --bytes must be at most 268435456, not 268439552",
    ],
    ["--port 0", '--port must be a whole number from 1 to 65535, not "0"'],
    ["--port 1 --connections 4097", '--connections must be a whole number from 1 to 4096, not "4097"'],
    ["--engine kqueue", '--engine must be one of auto uring epoll, not "kqueue"'],
    ["--prot 1", 'unknown argument "--prot"'],
  ] as const)("refuses `%s` with exit code 2, what was expected and the usage", async ([line, message], { skip }) => {
    if (loadgen === undefined) return skip(noSanitizers);
    const exit = await run(loadgen, ...(line === "" ? [] : line.split(" ")));
    expect(exit).toMatchObject({ code: 2, stdout: "" });
    expect(exit.stderr).toContain(`: ${message}\nusage: loadgen --port P`);
  });

  it("names the cause where io_uring was asked for and is not allowed, and takes epoll by itself", async ({ skip }) => {
    if (loadgen === undefined || withoutIoUring === undefined) return skip(noSanitizers);
    await serving(echo, async (port) => {
      const common = ["--port", port, "--connections", 1, "--requests", 1, "--server-pid", process.pid];
      const asked = await run(withoutIoUring, 1, loadgen, ...common, "--engine", "uring");
      expect(asked).toMatchObject({ code: 2, stdout: "" });
      expect(asked.stderr).toMatch(/--engine uring: io_uring is not available here: EPERM: /);
      expect(parse(await run(withoutIoUring, 1, loadgen, ...common)).generator.engine).toBe("epoll");
    });
  });
});
