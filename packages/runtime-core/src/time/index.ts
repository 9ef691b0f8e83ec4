// Time: clocks, timers and the futures that wait for them.
export { PausedClock, type Clock } from "./clock.ts";
export { sleep, sleepUntil } from "./sleep.ts";
export { ElapsedError, timeout } from "./timeout.ts";
export { Timers, type TimerEntry } from "./timers.ts";
