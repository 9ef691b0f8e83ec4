// A pipeline: durations become measurements that take so long, at most three at a time; their results come as they are ready
// and pass a filter. `take` drops what it does not need together with handing on the last item that it does.
//
// Prints:
//
//     50 ms: sensor 3
//     80 ms: sensor 5
//     sensor 6 is given up
//     sensor 7 is given up
//     90 ms: sensor 1
import { CurrentThread } from "@pollab/executor-single";
import { asyncFn } from "@pollab/runtime-core/future";
import { iter } from "@pollab/runtime-core/stream";
import { PausedClock, sleep } from "@pollab/runtime-core/time";

const clock = new PausedClock();

const measure = asyncFn(function* (sensor: number, durationMs: number) {
  let finished = false;
  try {
    yield* sleep(durationMs);
    finished = true;
    return sensor;
  } finally {
    if (!finished) console.log(`sensor ${sensor} is given up`);
  }
});

const firstThreeOdd = iter([90, 70, 50, 30, 10, 60, 60, 60, 60])
  .enumerate()
  .map(([i, durationMs]) => measure(i + 1, durationMs))
  .bufferUnordered(3)
  .filter((sensor) => sensor % 2 === 1)
  .take(3)
  .forEach((sensor) => console.log(`${clock.nowMs()} ms: sensor ${sensor}`));

using runtime = new CurrentThread({ clock });
runtime.blockOn(firstThreeOdd);
