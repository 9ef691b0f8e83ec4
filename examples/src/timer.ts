// A future that something else wakes, here a timer of Node.js: the first poll starts it, it keeps the waker of the latest
// poll, and dropping the future stops it. This program would otherwise run for a minute.
//
// Prints:
//
//     made
//     long: started
//     short: started
//     short: fired
//     long: stopped
//     short was first
import { HostedThread } from "@pollab/executor-single";
import { selectBiased } from "@pollab/runtime-core/combinators";
import {
  asyncFn,
  type Context,
  Future,
  Pending,
  type Poll,
  PolledAfterCompletionError,
  type Waker,
} from "@pollab/runtime-core/future";

class Timer extends Future<void> {
  private readonly name: string;
  private readonly durationMs: number;
  private state: "new" | "started" | "fired" | "over" = "new";
  private timer: NodeJS.Timeout | undefined;
  private waker: Waker | undefined;

  constructor(name: string, durationMs: number) {
    super();
    this.name = name;
    this.durationMs = durationMs;
  }

  override poll(cx: Context): Poll<void> {
    if (this.state === "over") throw new PolledAfterCompletionError("timer");
    if (this.state === "fired") {
      this.state = "over";
      return undefined;
    }
    if (this.state === "new") this.start();
    this.waker = cx.waker;
    return Pending;
  }

  override drop(): void {
    if (this.state === "started") console.log(`${this.name}: stopped`);
    clearTimeout(this.timer);
    this.waker = undefined;
    this.state = "over";
  }

  private start(): void {
    console.log(`${this.name}: started`);
    this.state = "started";
    this.timer = setTimeout(() => {
      console.log(`${this.name}: fired`);
      this.state = "fired";
      this.waker?.wake();
    }, this.durationMs);
  }
}

const main = asyncFn(function* () {
  const timers = { long: new Timer("long", 60_000), short: new Timer("short", 10) };
  console.log("made");
  const { branch } = yield* selectBiased(timers);
  console.log(`${branch} was first`);
});

// The runtime that lives in Node's own event loop, which is where its timers come from.
using runtime = new HostedThread();
await runtime.run(main());
