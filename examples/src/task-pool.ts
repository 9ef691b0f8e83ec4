// A limit on how many tasks work at a time: each takes a permit of a semaphore, which goes back when `using` leaves its block,
// however that happens. Those who wait get their turn in the order in which they asked.
//
// Prints:
//
//     0 ms: job 1 begins
//     0 ms: job 2 begins
//     100 ms: job 3 begins
//     200 ms: job 4 begins
//     400 ms: all done: 100, 200, 300, 50
import { CurrentThread } from "@pollab/executor-single";
import { joinAll } from "@pollab/runtime-core/combinators";
import { asyncFn } from "@pollab/runtime-core/future";
import { Semaphore } from "@pollab/runtime-core/sync";
import { spawn } from "@pollab/runtime-core/task";
import { PausedClock, sleep } from "@pollab/runtime-core/time";

const clock = new PausedClock();
const say = (text: string): void => console.log(`${clock.nowMs()} ms: ${text}`);

const workers = new Semaphore(2);

const job = asyncFn(function* (name: string, durationMs: number) {
  using _worker = yield* workers.acquire();
  say(`${name} begins`);
  yield* sleep(durationMs);
  return durationMs;
});

const main = asyncFn(function* () {
  const jobs = [100, 200, 300, 50].map((durationMs, i) => spawn(job(`job ${i + 1}`, durationMs)));
  const results = yield* joinAll(jobs);
  say(`all done: ${results.join(", ")}`);
});

using runtime = new CurrentThread({ clock });
runtime.blockOn(main());
