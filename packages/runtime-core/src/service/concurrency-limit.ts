// At most so many calls at a time; the others wait for their turn.
import type { Future } from "../future/future.ts";
import { Semaphore } from "../sync/semaphore.ts";
import { LimitedCall } from "./limited-call.ts";
import { expectLimit } from "./limit.ts";
import type { Service } from "./service.ts";

class ConcurrencyLimit<Req, Res> implements Service<Req, Res> {
  private readonly inner: Service<Req, Res>;
  private readonly semaphore: Semaphore;

  constructor(inner: Service<Req, Res>, limit: number) {
    this.inner = inner;
    this.semaphore = new Semaphore(limit);
  }

  call(request: Req): Future<Res> {
    return new LimitedCall(this.inner, request, this.semaphore.acquire());
  }
}

/**
 * Lets at most `limit` calls run at a time; later ones wait, first come, first served, and reach the inner service when their turn
 * has come. Each service that the layer is applied to has a limit of its own.
 *
 * @throws RangeError unless `limit` is an integer of at least 1
 */
export function concurrencyLimitLayer(limit: number): <Req, Res>(inner: Service<Req, Res>) => Service<Req, Res> {
  expectLimit("concurrencyLimitLayer", limit);
  return (inner) => new ConcurrencyLimit(inner, limit);
}
