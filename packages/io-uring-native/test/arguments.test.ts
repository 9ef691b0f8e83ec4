// The memory that operations have besides their payload (addresses, messages, times) comes back however they end.
import { constants } from "node:os";
import { describe, expect, it } from "vitest";
import { OP_SENDMSG } from "../src/abi.ts";
import { UringStream } from "../src/net/stream.ts";
import { UringUdpSocket } from "../src/net/udp-socket.ts";
import { UringRequests } from "../src/requests.ts";
import { within } from "../src/linked/step.ts";
import { type FakeBuffer, FakeMemory, FakePool } from "./support/fake-memory.ts";
import { Polled } from "./support/hand-driven.ts";
import { Random } from "./support/random.ts";
import { ScriptedKernel } from "./support/scripted-kernel.ts";

const HERE = { host: "127.0.0.1", port: 7 };

function bench() {
  const kernel = new ScriptedKernel();
  const buffers = new FakePool(new FakeMemory(4, 64), new Random(1), "kept until its completion");
  const argumentBuffers = new FakePool(new FakeMemory(8, 256, 1), new Random(2), "kept until its completion");
  return { kernel, buffers, argumentBuffers, site: { operations: kernel.operations, buffers, argumentBuffers } };
}

describe("memory for arguments", () => {
  it("comes back when a datagram is refused", () => {
    const { kernel, buffers, argumentBuffers, site } = bench();
    const socket = new UringUdpSocket<FakeBuffer>(site, kernel.descriptor(5), HERE);
    const buf = buffers.take();
    for (let round = 0; round < 3; round++) {
      const sending = new Polled(socket.sendTo(buf, 0, 8, HERE));
      sending.poll();
      kernel.operations.turn(0);
      kernel.complete(kernel.entry(OP_SENDMSG), -constants.errno.EMSGSIZE);
      kernel.operations.turn(0);
      expect(() => sending.poll()).toThrow(expect.objectContaining({ code: "EMSGSIZE" }));
      expect([argumentBuffers.taken, buffers.taken]).toEqual([0, 1]);
    }
  });

  it("comes back when a chain cannot be begun because of a later step", () => {
    const { kernel, buffers, argumentBuffers, site } = bench();
    const requests = new UringRequests(kernel.operations, argumentBuffers);
    const stream = new UringStream<FakeBuffer>(site, kernel.descriptor(5));
    const buf = buffers.take();
    stream.close();
    const steps = [requests.delayStep(1), within(requests.delayStep(1), 5), stream.steps.send(buf, 0, 1)] as const;
    const chain = new Polled(requests.link(...steps));
    expect(() => chain.poll()).toThrow(expect.objectContaining({ code: "ECANCELED" }));
    expect([argumentBuffers.taken, buffers.taken]).toEqual([0, 1]);
    expect(buf.bytes.byteLength).toBe(64);
  });
});
