import { CurrentThread } from "@pollab/executor-single";
import { Interest, Poll } from "@pollab/io-epoll";
import { EventFd } from "@pollab/io-sys";
import {
  asyncFn,
  type Context,
  Future,
  Pending,
  type Poll as Polled,
  type Waker,
  yieldNow,
  ready,
} from "@pollab/runtime-core/future";
import { spawn } from "@pollab/runtime-core/task";
import { Worker } from "node:worker_threads";
import { run } from "../../micro/harness.ts";
import { PLAIN_CALL, REGISTER, SPAWN, THREAD, THREAD_ON_CORE, WAKE, YIELD } from "../switches.ts";

const runtime = new CurrentThread();

class Counter {
  value = 0;

  // Looked up anew at each call, as a compiler that cannot inline does.
  step: (this: Counter) => void = function (this: Counter) {
    this.value++;
  };
}

function plainCalls(times: number): number {
  const counter = new Counter();
  for (let i = 0; i < times; i++) counter.step();
  return counter.value;
}

const yielding = asyncFn(function* (times: number) {
  for (let i = 0; i < times; i++) yield* yieldNow();
  return times;
});

/** Two tasks take turns. */
const yields = asyncFn(function* (times: number) {
  const other = spawn(yielding(times / 2));
  return (yield* yielding(times / 2)) + (yield* other);
});

/** One of two that wake each other by their wakers. */
class Turn extends Future<void> {
  private readonly sides: (Waker | null)[];
  private readonly own: number;
  private hasWaited = false;

  constructor(sides: (Waker | null)[], own: number) {
    super();
    this.sides = sides;
    this.own = own;
  }

  override poll(cx: Context): Polled<void> {
    if (this.hasWaited) return undefined;
    this.hasWaited = true;
    this.sides[this.own] = cx.waker;
    this.sides[1 - this.own]?.wake();
    return Pending;
  }
}

const alternating = asyncFn(function* (sides: (Waker | null)[], own: number, times: number) {
  for (let i = 0; i < times; i++) yield* new Turn(sides, own);
  sides[1 - own]?.wake();
  return times;
});

const wakes = asyncFn(function* (times: number) {
  const sides: (Waker | null)[] = [null, null];
  const other = spawn(alternating(sides, 1, times / 2));
  return (yield* alternating(sides, 0, times / 2)) + (yield* other);
});

const nothing = asyncFn(function* () {
  return yield* ready(1);
});

const spawns = asyncFn(function* (times: number) {
  let sum = 0;
  for (let i = 0; i < times; i++) sum += yield* spawn(nothing());
  return sum;
});

function registrations(times: number): number {
  const poll = Poll.create();
  const event = EventFd.create();
  let done = 0;
  for (; done < times; done++) {
    poll.registry.register(event.fd, 1, Interest.readable);
    poll.registry.deregister(event.fd);
  }
  event.close();
  poll.close();
  return done;
}

const OTHER_THREAD = `
  const { workerData } = require("node:worker_threads");
  for (let turn = 0; ; turn++) {
    Atomics.wait(workerData, 0, turn * 2);
    Atomics.store(workerData, 0, turn * 2 + 2);
    Atomics.notify(workerData, 0);
  }
`;

/** Even while it is this thread's turn, and odd while it is the other's. */
const turn = new Int32Array(new SharedArrayBuffer(4));
let other: Worker | null = null;

/** Two threads take turns; each switch parks one and wakes the other, which starts with the first pass and stays. */
function threadSwitches(times: number): number {
  if (other === null) {
    other = new Worker(OTHER_THREAD, { eval: true, workerData: turn });
    other.unref();
  }
  for (let i = 0; i < times / 2; i++) {
    const theirs = (turn[0] ?? 0) + 1;
    Atomics.store(turn, 0, theirs);
    Atomics.notify(turn, 0);
    Atomics.wait(turn, 0, theirs);
  }
  return times;
}

await run((kind, operations) => {
  switch (kind) {
    case PLAIN_CALL:
      return plainCalls(operations);
    case YIELD:
      return runtime.blockOn(yields(operations));
    case WAKE:
      return runtime.blockOn(wakes(operations));
    case SPAWN:
      return runtime.blockOn(spawns(operations));
    case REGISTER:
      return registrations(operations);
    // On one core or on two: that is for whoever starts the process.
    case THREAD:
    case THREAD_ON_CORE:
      return threadSwitches(operations);
    default:
      throw new RangeError(`there is no switch ${kind}`);
  }
});
