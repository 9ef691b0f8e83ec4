// Chains, times, polls and cancels on the real kernel.
import { BufferLentError, closeFd, createPipe, EventFd } from "@pollab/io-sys";
import { asyncFn, Pending } from "@pollab/runtime-core/future";
import { End } from "@pollab/runtime-core/stream";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { within } from "../src/linked/step.ts";
import { missing } from "./support/machine.ts";
import { TestRuntime } from "./support/test-runtime.ts";
import { failure, receiveText, sendText, tcpPair, text, textBuffer } from "./support/together.ts";

const POLLIN = 1;

describe.skipIf(missing !== undefined)(`requests of the ring ${missing ?? ""}`, () => {
  let runtime: TestRuntime;

  beforeEach(() => {
    runtime = new TestRuntime({ bufferBytes: 256, sqEntries: 8 });
  });

  afterEach(() => {
    runtime.close();
  });

  describe("a chain", () => {
    it("does its steps one after the other, with one system call", () => {
      const folder = mkdtempSync(join(tmpdir(), "pollab-"));
      const path = join(folder, "file");
      const { fs, requests, counters } = runtime.driver;
      runtime.run(
        asyncFn(function* () {
          const file = yield* fs.open(path, "w+");
          const { buf, end } = textBuffer(runtime.driver, "linked");
          const into = fs.buffers.take();
          const [written, synced, read] = yield* requests.link(
            file.steps.writeAt(buf, 0, end, 0),
            file.steps.sync(),
            within(file.steps.readAt(into, 3), 10_000),
          );
          expect(written).toEqual({ status: "fulfilled", value: { n: end, buf } });
          expect(synced).toEqual({ status: "fulfilled", value: undefined });
          // A read of less than was asked for is the last of the chain, and so breaks nothing.
          expect(read).toEqual({ status: "fulfilled", value: { n: 3, buf: into } });
          expect(text(into.bytes.subarray(0, 3))).toBe("ked");
          file.close();
        })(),
      );
      expect(readFileSync(path, "utf8")).toBe("linked");
      expect(counters.inFlight).toBeLessThanOrEqual(2);
      rmSync(folder, { recursive: true });
    });

    it("ends at the first failure: the rest fail with ECANCELED; a hard link goes on", () => {
      const { requests } = runtime.driver;
      const { client, server } = runtime.run(tcpPair(runtime.driver));
      const folder = mkdtempSync(join(tmpdir(), "pollab-"));
      const path = join(folder, "file");
      writeFileSync(path, "");
      runtime.run(
        asyncFn(function* () {
          const file = yield* runtime.driver.fs.open(path, "r");
          const { buf, end } = textBuffer(runtime.driver, "after the failure");
          const { buf: other } = textBuffer(runtime.driver, "refused");
          // The file is not open for writing.
          const steps = () => [file.steps.writeAt(other, 0, 1, 0), client.steps.send(buf, 0, end)] as const;
          const [write, send] = yield* requests.link(...steps());
          expect(write).toMatchObject({ status: "rejected", reason: { code: "EBADF", syscall: "write" } });
          expect(send).toMatchObject({ status: "rejected", reason: { code: "ECANCELED", syscall: "write" } });
          const [again, sent] = yield* requests.hardLink(...steps());
          expect(again.status).toBe("rejected");
          expect(sent).toEqual({ status: "fulfilled", value: { n: end, buf } });
          expect(yield* receiveText(runtime.driver, server)).toBe("after the failure");
          file.close();
        })(),
      );
      client.close();
      server.close();
      rmSync(folder, { recursive: true });
    });

    it("a step that takes longer than its limit fails with ECANCELED, and what is linked to it", () => {
      const { requests, net } = runtime.driver;
      const { client, server } = runtime.run(tcpPair(runtime.driver));
      const { buf, end } = textBuffer(runtime.driver, "never sent");
      const into = net.buffers.take();
      const [received, sent] = runtime.run(
        requests.link(within(server.steps.receive(into), 2), server.steps.send(buf, 0, end)),
      );
      expect(received).toMatchObject({ status: "rejected", reason: { code: "ECANCELED", syscall: "read" } });
      expect(sent).toMatchObject({ status: "rejected", reason: { code: "ECANCELED", syscall: "write" } });
      runtime.run(sendText(runtime.driver, client, "in time"));
      const [second, delayed, answer] = runtime.run(
        requests.link(within(server.steps.receive(into), 60_000), requests.delayStep(1), server.steps.send(buf, 0, 5)),
      );
      expect([second.status, delayed.status, answer.status]).toEqual(["fulfilled", "fulfilled", "fulfilled"]);
      expect(runtime.run(receiveText(runtime.driver, client))).toBe("never");
      client.close();
      server.close();
    });

    it("is refused when it is empty, or longer than a submission", () => {
      const { requests } = runtime.driver;
      expect(() => requests.link()).toThrow(RangeError);
      expect(() => requests.link(...Array.from({ length: 9 }, () => requests.delayStep(0)))).toThrow(/1 to 8/);
      expect(() => within(requests.delayStep(0), -1)).toThrow(RangeError);
      expect(() => requests.delayStep(Number.NaN)).toThrow(RangeError);
    });

    it("fills a submission to its last entry, behind others", () => {
      const { requests } = runtime.driver;
      const waiting = [1, 2, 3].map(() => requests.timeout(60_000));
      for (const timeout of waiting) expect(runtime.poll(timeout)).toBe(Pending);
      const steps = Array.from({ length: 8 }, () => requests.delayStep(0));
      const outcomes = runtime.run(requests.link(...steps));
      expect(outcomes.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => "fulfilled"));
      for (const timeout of waiting) timeout.drop();
    });

    it("that cannot be begun lends nothing", () => {
      const { requests, net } = runtime.driver;
      const [a, b] = net.unixPair();
      const { buf, end } = textBuffer(runtime.driver, "x");
      const lent = net.buffers.take();
      const reading = b.read(lent);
      expect(runtime.poll(reading)).toBe(Pending);
      const chain = requests.link(within(a.steps.send(buf, 0, end), 1000), a.steps.send(lent, 0, 1));
      expect(() => runtime.poll(chain)).toThrow(BufferLentError);
      expect(text(buf.bytes.subarray(0, end))).toBe("x");
      a.close();
      b.close();
    });

    it("gives its buffers back when it is dropped, before its submission and after", () => {
      const { requests, net } = runtime.driver;
      const [a, b] = net.unixPair();
      for (const turns of [0, 1, 3]) {
        const chain = requests.link(
          within(a.steps.receive(net.buffers.take()), 60_000),
          a.steps.send(net.buffers.take(), 0, 1),
        );
        expect(runtime.poll(chain)).toBe(Pending);
        for (let turn = 0; turn < turns; turn++) runtime.driver.poll();
        chain.drop();
      }
      runtime.settle(() => net.buffers.counts.taken === 0, "a buffer is left");
      runtime.settle(() => runtime.driver.counters.inFlight === 1, "an operation is left");
      a.close();
      b.close();
    });

    it("is refused as a whole when the connection of one step is closed before its submission", () => {
      const { requests, net } = runtime.driver;
      const [a, b] = net.unixPair();
      const [c, d] = net.unixPair();
      const [first, second] = [net.buffers.take(), net.buffers.take()];
      const chain = requests.link(c.steps.send(first, 0, 1), a.steps.send(second, 0, 1));
      expect(runtime.poll(chain)).toBe(Pending);
      const { buf } = textBuffer(runtime.driver, "x");
      // Would be linked to the first step, were the second one simply gone.
      const other = c.read(buf);
      expect(runtime.poll(other)).toBe(Pending);
      const { submitted } = runtime.driver.counters;
      // The other read, and the driver's own wait.
      const expected = submitted + 2;
      a.close();
      const outcomes = runtime.run(chain);
      expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
      runtime.driver.poll();
      expect(runtime.driver.counters.submitted).toBe(expected);
      for (const end of [b, c, d]) end.close();
    });
  });

  describe("a timeout", () => {
    it("completes when its time has passed, and can be given another", () => {
      const { requests } = runtime.driver;
      runtime.run(requests.timeout(0.1));
      const long = requests.timeout(60_000);
      expect(runtime.poll(long)).toBe(Pending);
      runtime.driver.poll();
      expect(runtime.run(long.update(1))).toBe(true);
      runtime.run(long);
      expect(runtime.run(long.update(1))).toBe(false);
      const dropped = requests.timeout(60_000);
      expect(runtime.poll(dropped)).toBe(Pending);
      runtime.driver.poll();
      dropped.drop();
      runtime.settle(() => runtime.driver.counters.inFlight === 1, "the timeout did not end");
      expect(() => requests.timeout(-1)).toThrow(RangeError);
    });
  });

  describe("waiting for events", () => {
    it("says which have come, once or again and again", () => {
      const { requests, counters } = runtime.driver;
      const event = EventFd.create();
      const once = requests.poll(event.fd, POLLIN);
      expect(runtime.poll(once)).toBe(Pending);
      runtime.driver.poll();
      event.signal();
      expect(runtime.run(once)).toBe(POLLIN);
      event.drain();
      const many = requests.pollMany(event.fd, POLLIN);
      for (let round = 0; round < 10; round++) {
        const next = many.next();
        expect(runtime.poll(next)).toBe(Pending);
        runtime.driver.poll();
        event.signal();
        expect(runtime.run(next)).toBe(POLLIN);
        event.drain();
      }
      expect(counters.rearms).toBe(0);
      many.drop();
      runtime.settle(() => counters.inFlight === 1, "the poll did not end");
      event.close();
    });

    it("fails with the error of the descriptor", () => {
      const { requests } = runtime.driver;
      expect(runtime.run(failure(requests.poll(1 << 20, POLLIN)))).toMatchObject({ code: "EBADF", syscall: "poll" });
      const many = requests.pollMany(1 << 20, POLLIN);
      expect(runtime.run(failure(many.next()))).toMatchObject({ code: "EBADF" });
      expect(runtime.run(many.next())).toBe(End);
    });
  });

  describe("a cancel", () => {
    it("by descriptor ends what waits for it, and nothing else", () => {
      const { requests } = runtime.driver;
      const [reader, writer] = createPipe(false);
      const [other, otherWriter] = createPipe(false);
      const polls = [reader, reader, other].map((fd) => runtime.spawn(failure(requests.poll(fd, POLLIN))));
      runtime.settle(() => runtime.driver.counters.inFlight === 4, "the polls did not begin");
      expect(runtime.run(requests.cancelFd(reader))).toBe(2);
      for (const poll of polls.slice(0, 2)) expect(runtime.run(poll)).toMatchObject({ code: "ECANCELED" });
      expect(runtime.run(requests.cancelFd(reader))).toBe(0);
      expect(polls[2]?.isFinished).toBe(false);
      polls[2]?.abort();
      runtime.settle(() => runtime.driver.counters.inFlight === 1, "a poll is left");
      for (const fd of [reader, writer, other, otherWriter]) closeFd(fd);
    });

    it("of everything ends everything, and the driver can still be woken", () => {
      const { requests } = runtime.driver;
      const waiting = [1, 2, 3].map(() => runtime.spawn(failure(requests.timeout(60_000))));
      runtime.settle(() => runtime.driver.counters.inFlight === 4, "the timeouts did not begin");
      // The driver's own wait as well.
      expect(runtime.run(requests.cancelAny())).toBe(4);
      for (const timeout of waiting) expect(runtime.run(timeout)).toMatchObject({ code: "ECANCELED" });
      runtime.settle(() => runtime.driver.counters.inFlight === 1, "the driver does not wait any more");
    });
  });
});
