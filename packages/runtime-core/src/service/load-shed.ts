// At most so many calls at a time; the others are refused, so that those under way finish in time.
import type { Future } from "../future/future.ts";
import { pollFn } from "../future/poll-fn.ts";
import { Semaphore, type SemaphorePermit } from "../sync/semaphore.ts";
import { LimitedCall } from "./limited-call.ts";
import { expectLimit } from "./limit.ts";
import type { Service } from "./service.ts";

/** A call was refused because too many were under way. */
export class OverloadedError extends Error {
  override readonly name = "OverloadedError";
  constructor(limit: number) {
    super(`${limit === 1 ? "1 call is" : `${limit} calls are`} under way, which is the limit; try again later`);
  }
}

class LoadShed<Req, Res> implements Service<Req, Res> {
  private readonly inner: Service<Req, Res>;
  private readonly limit: number;
  private readonly semaphore: Semaphore;
  private readonly acquireNow = (): SemaphorePermit => {
    const permit = this.semaphore.tryAcquire();
    if (permit === null) throw new OverloadedError(this.limit);
    return permit;
  };

  constructor(inner: Service<Req, Res>, limit: number) {
    this.inner = inner;
    this.limit = limit;
    this.semaphore = new Semaphore(limit);
  }

  call(request: Req): Future<Res> {
    return new LimitedCall(this.inner, request, pollFn(this.acquireNow));
  }
}

/**
 * Lets at most `limit` calls run at a time; one that begins beyond that fails with an `OverloadedError` without reaching the inner
 * service. A service here says nothing of its readiness, so the limit is part of this layer; waiting calls of a
 * `concurrencyLimitLayer` below it count.
 *
 * @throws RangeError unless `limit` is an integer of at least 1
 */
export function loadShedLayer(limit: number): <Req, Res>(inner: Service<Req, Res>) => Service<Req, Res> {
  expectLimit("loadShedLayer", limit);
  return (inner) => new LoadShed(inner, limit);
}
