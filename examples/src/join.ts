// Waiting for several futures at once: all of them run while any of them waits, and the values come in the order in which
// the futures were given. The clock stands still and moves on by itself to the next timer, so a second takes no time.
//
// Prints:
//
//     0 ms: coffee is begun
//     0 ms: toast is begun
//     700 ms: toast is ready
//     1000 ms: coffee is ready
//     1000 ms: breakfast of coffee and toast
import { CurrentThread } from "@pollab/executor-single";
import { join } from "@pollab/runtime-core/combinators";
import { asyncFn } from "@pollab/runtime-core/future";
import { PausedClock, sleep } from "@pollab/runtime-core/time";

const clock = new PausedClock();
const say = (text: string): void => console.log(`${clock.nowMs()} ms: ${text}`);

const make = asyncFn(function* (name: string, durationMs: number) {
  say(`${name} is begun`);
  yield* sleep(durationMs);
  say(`${name} is ready`);
  return name;
});

const breakfast = asyncFn(function* () {
  const [drink, food] = yield* join(make("coffee", 1000), make("toast", 700));
  say(`breakfast of ${drink} and ${food}`);
});

using runtime = new CurrentThread({ clock });
runtime.blockOn(breakfast());
