import {
  closeFd,
  connectSocket,
  connectUnixSocket,
  openSocket,
  openUnixSocket,
  readView,
  SOCKET_TYPE,
  writeView,
} from "@pollab/io-sys";
import { asyncFn, type Future, yieldNow } from "@pollab/runtime-core/future";
import { FairnessRandom, type Task } from "@pollab/runtime-core/task";
import { expect, test } from "vitest";
import { EpollDriver, type EpollStream, type EpollUnixStream } from "../src/index.ts";
import { HandExecutor } from "./support/hand-driven.ts";
import { countDescriptors } from "./support/leftovers.ts";

/** Echoes until the peer ends or resets the connection, or it is closed under it. */
function echo(driver: EpollDriver, stream: EpollStream | EpollUnixStream): Future<void> {
  return asyncFn(function* () {
    const buf = driver.net.buffers.take();
    try {
      for (;;) {
        const { n } = yield* stream.read(buf);
        if (n === 0) return;
        yield* stream.writeAll(buf, 0, n);
      }
    } catch (error) {
      const { code } = error as { code?: string };
      if (code !== "ECONNRESET" && code !== "ECANCELED" && code !== "EPIPE") throw error;
    } finally {
      stream.close();
      buf.free();
    }
  })();
}

test.each([1, 2, 3])(
  "thousands of connections opened, used, reset, cancelled and closed at random leave nothing behind (seed %i)",
  (seed) => {
    const random = new FairnessRandom(seed);
    const before = countDescriptors();
    const driver = EpollDriver.create({ bufferBytes: 256, eventCapacity: 8 });
    const executor = new HandExecutor(driver);
    const listener = driver.net.listen({ host: "127.0.0.1", port: 0 });
    const unixListener = driver.net.listenUnix({ path: `\0pollab-storm-${process.pid}-${seed}` });
    const view = new Uint8Array(64);
    let finished = 0;
    const live: { peer: number; stream: EpollStream | EpollUnixStream; task: Task<void> }[] = [];
    const open = asyncFn(function* () {
      const isUnix = random.below(2) === 0;
      const peer = isUnix ? openUnixSocket(SOCKET_TYPE.stream, true) : openSocket(4, true);
      if (isUnix) connectUnixSocket(peer, unixListener.path);
      else connectSocket(peer, listener.address);
      const stream = isUnix ? yield* unixListener.accept() : yield* listener.accept();
      live.push({ peer, stream, task: executor.spawn(echo(driver, stream)) });
      // Its `finally` block is what cancelling runs, so it has to have begun.
      yield* yieldNow();
    });

    for (let step = 0; step < 6000; step++) {
      if (live.length < 4 || (live.length < 40 && random.below(3) === 0)) {
        executor.run(open());
      }
      const at = random.below(live.length);
      const connection = live[at];
      const action = random.below(8);
      if (action < 4) {
        writeView(connection.peer, view);
      } else if (action === 4) {
        readView(connection.peer, view);
      } else {
        live.splice(at, 1);
        finished++;
        // With something unread, closing the peer is a reset; without, an end.
        if (action === 5) connection.stream.close();
        if (action === 6) connection.task.cancel();
        closeFd(connection.peer);
      }
      // Not every time: events come in batches too, and tasks are cancelled that were woken and have not run.
      if (random.below(4) === 0) executor.turn();
    }
    executor.turn();
    for (const { peer } of live) closeFd(peer);
    listener.close();
    unixListener.close();
    // A wait returns eight events at most.
    for (let turn = 0; turn < 100 && driver.registrations > 0; turn++) {
      driver.park(10);
      executor.turn();
    }

    expect(finished).toBeGreaterThan(1000);
    expect(driver.registrations).toBe(0);
    expect(driver.net.buffers.counts).toMatchObject({ taken: 0, lent: 0 });
    driver.close();
    expect(driver.net.buffers.counts).toEqual({ taken: 0, lent: 0, slabs: 0 });
    expect(countDescriptors()).toBe(before);
  },
);
