// Stopping without breaking anything off. The token asks the workers to stop, and each notices where it suits it; the tracker
// knows when the last of them is gone. Who takes too long meets the deadline.
//
// Prints:
//
//     100 ms: parcel 1 packed
//     200 ms: parcel 2 packed
//     250 ms: please stop
//     300 ms: parcel 3 packed
//     300 ms: packer goes home
//     310 ms: clerk goes home
//     310 ms: all are gone
import { CurrentThread } from "@pollab/executor-single";
import { asyncFn } from "@pollab/runtime-core/future";
import { CancellationToken } from "@pollab/runtime-core/sync";
import { TaskTracker } from "@pollab/runtime-core/task";
import { PausedClock, sleep, timeout } from "@pollab/runtime-core/time";

const clock = new PausedClock();
const say = (text: string): void => console.log(`${clock.nowMs()} ms: ${text}`);

/** Looks at the token between two parcels, so that none stays half packed. */
const packer = asyncFn(function* (stop: CancellationToken) {
  for (let parcel = 1; !stop.isCancelled; parcel++) {
    yield* sleep(100);
    say(`parcel ${parcel} packed`);
  }
  say("packer goes home");
});

/** Waits for customers that never come, which can be broken off at any time, then closes the till. */
const clerk = asyncFn(function* (stop: CancellationToken) {
  yield* stop.runUntilCancelled(sleep(Infinity));
  yield* sleep(60);
  say("clerk goes home");
});

const main = asyncFn(function* () {
  const stop = new CancellationToken();
  const workers = new TaskTracker();
  for (const worker of [packer, clerk]) workers.spawn(worker(stop)).drop();

  yield* sleep(250); // Until a signal arrives, say.
  say("please stop");
  stop.cancel();
  workers.close();
  yield* timeout(5000, workers.wait());
  say("all are gone");
});

using runtime = new CurrentThread({ clock });
runtime.blockOn(main());
