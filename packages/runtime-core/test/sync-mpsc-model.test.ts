import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { selectBiased } from "../src/combinators/index.ts";
import { asyncFn, Pending, yieldNow } from "../src/future/index.ts";
import { End } from "../src/stream/index.ts";
import { mpsc } from "../src/sync/index.ts";
import { HandDriven } from "./support/bench-stand.ts";
import { commandsWithEnd, MpscModel } from "./support/mpsc-model.ts";

const pause = asyncFn(function* (turns: number) {
  for (let turn = 0; turn < turns; turn++) yield* yieldNow();
});

describe("a bounded channel", () => {
  test("agrees with plain arrays under any order of sends, receives, permits, cancellations and endings", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(commandsWithEnd, { maxLength: 100 }), (capacity, script) => {
        const model = new MpscModel(capacity);
        for (const command of script) model.run(command);
      }),
      { numRuns: 1000 },
    );
  });

  test("loses, doubles and reorders nothing between tasks that give up waits, and all of them come to an end", () => {
    const action = fc.record({ kind: fc.constantFrom("send", "give up", "permit", "drop permit"), yields: fc.nat(2) });
    const producers = fc.array(fc.array(action, { maxLength: 12 }), { minLength: 1, maxLength: 5 });
    const pauses = fc.array(fc.nat(3), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }), producers, pauses, (capacity, scripts, receiverPauses) => {
        const runtime = new HandDriven();
        const [sender, receiver] = mpsc.channel<string>(capacity);
        const sent: string[][] = scripts.map(() => []);
        const produce = asyncFn(function* (producer: number, own: mpsc.Sender<string>) {
          for (const [i, { kind, yields }] of scripts[producer].entries()) {
            const message = `${producer}:${i}`;
            if (kind === "give up") {
              const won = yield* selectBiased({ send: own.send(message), giveUp: pause(yields) });
              if (won.branch === "send") sent[producer].push(message);
            } else if (kind === "send") {
              yield* own.send(message);
              sent[producer].push(message);
            } else {
              const permit = yield* own.reserve();
              yield* pause(yields);
              if (kind === "permit") {
                permit.send(message);
                sent[producer].push(message);
              } else {
                permit.drop();
              }
            }
          }
          own.drop();
        });
        const consume = asyncFn(function* () {
          const received: string[] = [];
          for (let turn = 0; ; turn++) {
            yield* pause(receiverPauses[turn % receiverPauses.length]);
            const message = yield* receiver.recv();
            if (message === End) return received;
            received.push(message);
          }
        });
        scripts.forEach((_, producer) => runtime.spawn(produce(producer, sender.clone())));
        sender.drop();
        const consumer = runtime.spawn(consume());
        runtime.settle();
        const received = runtime.poll(consumer);
        if (received === Pending) throw new Error("the receiver still waits");
        sent.forEach((messages, producer) => {
          expect(received.filter((message) => message.startsWith(`${producer}:`))).toEqual(messages);
        });
        expect(received.length).toBe(sent.flat().length);
        expect(receiver.capacity).toBe(capacity);
      }),
      { numRuns: 300 },
    );
  });
});
