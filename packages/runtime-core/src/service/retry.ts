// Calling again what failed.
import { retry, type RetryOptions } from "../combinators/retry.ts";
import type { Future } from "../future/future.ts";
import type { Service } from "./service.ts";

class Retry<Req, Res> implements Service<Req, Res> {
  private readonly inner: Service<Req, Res>;
  private readonly options: RetryOptions;

  constructor(inner: Service<Req, Res>, options: RetryOptions) {
    this.inner = inner;
    this.options = options;
  }

  call(request: Req): Future<Res> {
    return retry(() => this.inner.call(request), this.options);
  }
}

/** Calls again with the same request when a call fails, as `retry` of the combinators does. Its options are checked with each call. */
export function retryLayer(options: RetryOptions): <Req, Res>(inner: Service<Req, Res>) => Service<Req, Res> {
  return (inner) => new Retry(inner, options);
}
