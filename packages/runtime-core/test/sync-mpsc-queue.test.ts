import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Pending } from "../src/future/index.ts";
import { mpsc } from "../src/sync/index.ts";
import { whatIsHeld } from "./support/garbage.ts";

describe("the messages of an unbounded channel", () => {
  test("come out in order, however many of them wait and however far the receiver is behind", () => {
    const steps = fc.array(fc.record({ sent: fc.nat(3000), received: fc.nat(3000) }), { maxLength: 12 });
    fc.assert(
      fc.property(steps, (plan) => {
        const [sender, receiver] = mpsc.unboundedChannel<number>();
        let sent = 0;
        let received = 0;
        for (const step of plan) {
          for (let i = 0; i < step.sent; i++) sender.send(sent++);
          for (let i = 0; i < step.received; i++) {
            expect(receiver.tryRecv()).toBe(received === sent ? Pending : received++);
          }
          expect(receiver.len).toBe(sent - received);
        }
      }),
      // Emptied just where a block of slots ends, the second time as well.
      { numRuns: 60, examples: [[[32, 1, 96, 1].map((n) => ({ sent: n, received: n }))]] },
    );
  });

  test("are held by nothing once they were received, while thousands behind them wait", async () => {
    const [sender, receiver] = mpsc.unboundedChannel<object>();
    const held = await whatIsHeld(() => {
      const first = Array.from({ length: 3000 }, () => ({}));
      for (const message of first) sender.send(message);
      for (let i = 0; i < 3000; i++) sender.send({});
      for (let i = 0; i < 3000; i++) receiver.tryRecv();
      return first;
    });
    expect([held.includes(true), receiver.len]).toEqual([false, 3000]);
  });
});
