// A limit on how long each call may take.
import type { Future } from "../future/future.ts";
import { timeout } from "../time/timeout.ts";
import type { Service } from "./service.ts";

class Timeout<Req, Res> implements Service<Req, Res> {
  private readonly inner: Service<Req, Res>;
  private readonly durationMs: number;

  constructor(inner: Service<Req, Res>, durationMs: number) {
    this.inner = inner;
    this.durationMs = durationMs;
  }

  call(request: Req): Future<Res> {
    return timeout(this.durationMs, this.inner.call(request));
  }
}

/**
 * Drops a call that is not finished `durationMs` milliseconds after it was made and throws an `ElapsedError`.
 *
 * @throws RangeError unless the duration is a number of at least 0
 */
export function timeoutLayer(durationMs: number): <Req, Res>(inner: Service<Req, Res>) => Service<Req, Res> {
  if (!(durationMs >= 0)) {
    throw new RangeError(`timeoutLayer expects a duration of at least 0 ms, but was given ${durationMs}`);
  }
  return (inner) => new Timeout(inner, durationMs);
}
