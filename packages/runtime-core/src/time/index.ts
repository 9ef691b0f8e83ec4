// Time: clocks, timers and the futures that wait for them. Durations are milliseconds, moments are of the runtime's clock.
export { PausableClock, PausedClock, type Clock } from "./clock.ts";
export { advance, pause, resume } from "./control.ts";
export { DelayQueue, type Delayed } from "./delay-queue.ts";
export { Instant, type Moment } from "./instant.ts";
export { interval, intervalAt, type Interval, type MissedTickBehavior } from "./interval.ts";
export { sleep, sleepUntil, type Sleep } from "./sleep.ts";
export { ElapsedError, timeout, timeoutAt } from "./timeout.ts";
export { Timers, type TimerEntry } from "./timers.ts";
export type { WheelEntry } from "./wheel.ts";
