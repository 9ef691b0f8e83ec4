// Statistics over a stream in one pass and constant memory: a fold keeps one value and makes the next of it and each item.
//
// Prints:
//
//     8 readings from 17.5 to 23.0, mean 20.3
import { CurrentThread } from "@pollab/executor-single";
import { stream } from "@pollab/runtime-core/stream";
import { PausedClock, sleep } from "@pollab/runtime-core/time";

/** A thermometer that is read once a minute. In a `stream`, `yield` gives an item and `yield*` awaits. */
const readings = stream(function* () {
  for (const celsius of [17.5, 18.5, 19.5, 20, 21, 22, 23, 20.5]) {
    yield* sleep(60_000);
    yield celsius;
  }
});

const stats = readings.fold({ count: 0, sum: 0, min: Infinity, max: -Infinity }, (so, celsius) => ({
  count: so.count + 1,
  sum: so.sum + celsius,
  min: Math.min(so.min, celsius),
  max: Math.max(so.max, celsius),
}));

using runtime = new CurrentThread({ clock: new PausedClock() });
const { count, sum, min, max } = runtime.blockOn(stats);
console.log(`${count} readings from ${min.toFixed(1)} to ${max.toFixed(1)}, mean ${(sum / count).toFixed(1)}`);
