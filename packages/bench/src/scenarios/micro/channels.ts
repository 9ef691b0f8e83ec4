// What channels cost, to one receiver and to many.
import { microScenario, sumBelow } from "./micro-scenario.ts";
import type { Scenario } from "../scenario.ts";

const COROUTINE = ["coroutine", "coroutine (twin)"];
const MESSAGES = 100_000;

/** Every receiver adds up all messages: the numbers from 0 on. */
const perReceiver = (receivers: number, operations: number): number => receivers * sumBelow(operations / receivers);

export const channels: readonly Scenario[] = [
  microScenario({
    name: "mpsc",
    isolates: "A bounded channel with room for a thousand messages, from so many producers to one consumer.",
    factor: "producers",
    levels: [1, 5, 16],
    quickLevels: [1, 16],
    operation: "message",
    operations: () => MESSAGES,
    result: perReceiver,
    contenders: [...COROUTINE, "hand-written", "native-async", "effect", "node-streams", "tokio"],
  }),
  microScenario({
    name: "oneshot",
    isolates: "Making a channel for one value, sending it and receiving it; with RxJS, by a callback.",
    factor: "tasks",
    levels: [1],
    operation: "message",
    operations: () => MESSAGES,
    result: (_level, operations) => sumBelow(operations),
    contenders: [...COROUTINE, "native-async", "effect", "rxjs", "tokio"],
  }),
  microScenario({
    name: "request-reply",
    isolates:
      "Asking a task over a bounded channel, and awaiting its answer over a channel for one value: tokio's request_reply.",
    factor: "tasks",
    levels: [1],
    operation: "request",
    operations: () => MESSAGES / 10,
    result: (_level, operations) => sumBelow(operations),
    contenders: [...COROUTINE, "native-async", "effect", "tokio"],
  }),
  microScenario({
    name: "broadcast",
    isolates: "One sender whose every message goes to so many receivers, each a task; with RxJS, a callback.",
    factor: "receivers",
    levels: [1, 10, 100],
    operation: "delivery",
    operations: () => MESSAGES,
    result: perReceiver,
    contenders: [...COROUTINE, "effect", "rxjs", "tokio"],
  }),
  microScenario({
    name: "watch",
    isolates: "One value that so many receivers see change, each a task; with RxJS, a callback.",
    factor: "receivers",
    levels: [1, 10, 100],
    operation: "change seen",
    operations: () => MESSAGES,
    result: perReceiver,
    contenders: [...COROUTINE, "rxjs", "tokio"],
  }),
  microScenario({
    name: "notify",
    isolates: "Waking so many tasks that wait for the same event, again and again; with RxJS, callbacks.",
    factor: "waiters",
    levels: [10, 100],
    operation: "wake",
    operations: () => MESSAGES,
    result: (_level, operations) => operations,
    contenders: [...COROUTINE, "native-async", "effect", "rxjs", "tokio"],
  }),
];
