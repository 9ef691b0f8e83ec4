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
import { asyncFn, type Context, Future, Pending, type Poll, type Waker } from "@pollab/runtime-core/future";

class Timer extends Future<void> {
  private readonly name: string;
  private readonly durationMs: number;
  private timer: NodeJS.Timeout | null = null;
  private waker: Waker | null = null;
  private fired = false;

  constructor(name: string, durationMs: number) {
    super();
    this.name = name;
    this.durationMs = durationMs;
  }

  override poll(cx: Context): Poll<void> {
    if (this.fired) return undefined;
    this.waker = cx.waker;
    this.timer ??= this.start();
    return Pending;
  }

  private start(): NodeJS.Timeout {
    console.log(`${this.name}: started`);
    return setTimeout(() => {
      console.log(`${this.name}: fired`);
      this.fired = true;
      this.waker?.wake();
    }, this.durationMs);
  }

  override drop(): void {
    if (this.timer === null || this.fired) return;
    console.log(`${this.name}: stopped`);
    clearTimeout(this.timer);
    this.timer = this.waker = null;
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
