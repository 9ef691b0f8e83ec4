// The simplest executor there is: ask again and again. It is here to be measured against one that sleeps.
import { Context, type Future, Pending } from "@pollab/runtime-core/future";
import { enter, FairnessRandom } from "@pollab/runtime-core/task";
import type { Driver, JoinHandle, Runtime } from "@pollab/runtime-core/task";
import { type Clock, Timers } from "@pollab/runtime-core/time";
import { SystemClock } from "./system-clock.ts";

/**
 * Polls `future` in a loop until it is ready, whether or not it was woken, and uses a whole processor meanwhile. It runs no
 * tasks: spawning throws.
 *
 * @throws what the future throws
 */
export function busyBlockOn<T>(future: Future<T>, driver?: Driver, clock: Clock = new SystemClock()): T {
  const runtime: Runtime = { spawn: refuseToSpawn, timers: new Timers(clock), random: new FairnessRandom(1) };
  const cx = new Context({ wake() {} }, runtime);
  return enter(cx, () => {
    for (;;) {
      const result = future.poll(cx);
      if (result !== Pending) return result;
      driver?.poll();
      runtime.timers.fire();
    }
  });
}

function refuseToSpawn<T>(_future: Future<T>): JoinHandle<T> {
  throw new Error("busyBlockOn runs a single future and no tasks; use CurrentThread to spawn");
}
