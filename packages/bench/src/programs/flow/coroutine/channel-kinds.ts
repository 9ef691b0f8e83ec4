import { CurrentThread } from "@pollab/executor-single";
import { asyncFn, type Future, yieldNow } from "@pollab/runtime-core/future";
import { End } from "@pollab/runtime-core/stream";
import { broadcast, mpsc, oneshot, watch } from "@pollab/runtime-core/sync";
import { type JoinHandle, spawn } from "@pollab/runtime-core/task";
import { run } from "../../micro/harness.ts";
import { BURST, CAPACITY, RECEIVERS } from "../channel-kinds.ts";

const runtime = new CurrentThread();

const overOneshot = asyncFn(function* (operations: number) {
  let received = 0;
  for (let i = 0; i < operations; i++) {
    const [sender, receiver] = oneshot.channel<number>();
    sender.send(1);
    received += yield* receiver;
  }
  return received;
});

const overMpscOfOne = asyncFn(function* (operations: number) {
  let received = 0;
  for (let i = 0; i < operations; i++) {
    const [sender, receiver] = mpsc.channel<number>(1);
    yield* sender.send(1);
    sender.drop();
    const value = yield* receiver.recv();
    if (value !== End) received += value;
    receiver.drop();
  }
  return received;
});

/** Counts what it receives until the channel is closed. */
const count = asyncFn(function* (receive: () => Future<number | typeof End>) {
  let received = 0;
  for (let value = yield* receive(); value !== End; value = yield* receive()) received += value;
  return received;
});

const total = asyncFn(function* (handles: readonly JoinHandle<number>[]) {
  let sum = 0;
  for (const handle of handles) sum += yield* handle;
  return sum;
});

const overBroadcast = asyncFn(function* (operations: number) {
  const [sender, first] = broadcast.channel<number>(CAPACITY);
  first.drop();
  const handles = Array.from({ length: RECEIVERS }, () => {
    const receiver = sender.subscribe();
    return spawn(count(() => receiver.recv()));
  });
  yield* yieldNow();
  for (let sent = 1; sent <= operations / RECEIVERS; sent++) {
    sender.send(1);
    if (sent % BURST === 0) yield* yieldNow();
  }
  sender.drop();
  return yield* total(handles);
});

const overMpscEach = asyncFn(function* (operations: number) {
  const senders: mpsc.Sender<number>[] = [];
  const handles = Array.from({ length: RECEIVERS }, () => {
    const [sender, receiver] = mpsc.channel<number>(CAPACITY);
    senders.push(sender);
    return spawn(count(() => receiver.recv()));
  });
  yield* yieldNow();
  for (let sent = 1; sent <= operations / RECEIVERS; sent++) {
    for (const sender of senders) yield* sender.send(1);
    if (sent % BURST === 0) yield* yieldNow();
  }
  for (const sender of senders) sender.drop();
  return yield* total(handles);
});

/** Only the last of a burst is wanted. */
const overWatch = asyncFn(function* (operations: number) {
  const [sender, first] = watch.channel(0);
  const last = operations / RECEIVERS;
  const follow = asyncFn(function* (receiver: watch.Receiver<number>) {
    while (receiver.borrow() < last) {
      yield* receiver.changed();
      receiver.borrowAndUpdate();
    }
    return receiver.borrow();
  });
  const handles = Array.from({ length: RECEIVERS }, () => spawn(follow(first.clone())));
  yield* yieldNow();
  for (let sent = 1; sent <= last; sent++) {
    sender.send(sent);
    if (sent % BURST === 0) yield* yieldNow();
  }
  return yield* total(handles);
});

const latestOverBroadcast = asyncFn(function* (operations: number) {
  const [sender, first] = broadcast.channel<number>(CAPACITY);
  first.drop();
  const last = operations / RECEIVERS;
  const follow = asyncFn(function* (receiver: broadcast.Receiver<number>) {
    let latest = 0;
    while (latest < last) {
      const value = yield* receiver.recv();
      if (value !== End) latest = value;
    }
    return latest;
  });
  const handles = Array.from({ length: RECEIVERS }, () => spawn(follow(sender.subscribe())));
  yield* yieldNow();
  for (let sent = 1; sent <= last; sent++) {
    sender.send(sent);
    if (sent % BURST === 0) yield* yieldNow();
  }
  return yield* total(handles);
});

/** By the scenario's levels. */
const WAYS: readonly ((operations: number) => Future<number>)[] = [
  overOneshot,
  overMpscOfOne,
  overBroadcast,
  overMpscEach,
  overWatch,
  latestOverBroadcast,
];

await run((level, operations) => {
  const way = WAYS[level - 1];
  if (way === undefined) throw new RangeError(`there is no kind ${level}`);
  return runtime.blockOn(way(operations));
});
