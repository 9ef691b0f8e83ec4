import { createClock } from "@sinonjs/fake-timers";
import { virtualDelayMs } from "../delays.ts";
import { run } from "../harness.ts";

await run((_level, operations) => {
  const clock = createClock();
  let fired = 0;
  const fire = (): void => {
    fired++;
  };
  for (let index = 0; index < operations; index++) clock.setTimeout(fire, virtualDelayMs(index, operations));
  clock.tick(operations);
  return fired;
});
