// A service: an asynchronous function from a request to a response. A layer: what makes another service of it, with something
// before or after each call. Both are lazy: nothing happens before the future of a call is polled.
import type { Future } from "../future/future.ts";

/** Answers requests. One call is one future; calls run concurrently, and dropping one cancels it. */
export interface Service<Req, Res> {
  /** The answer to `request`. Nothing happens before the future is polled. */
  call(request: Req): Future<Res>;
}

/** Wraps one service into another. */
export type Layer<Req, Res, OuterReq = Req, OuterRes = Res> = (inner: Service<Req, Res>) => Service<OuterReq, OuterRes>;

/** The service that calls a function. */
export function service<Req, Res>(call: (request: Req) => Future<Res>): Service<Req, Res> {
  return { call };
}

/**
 * `inner` within `layers`, the first of them outermost: a request passes them in the order in which they are written. A layer
 * that changes the types is applied by calling it.
 */
export function stack<Req, Res>(inner: Service<Req, Res>, ...layers: readonly Layer<Req, Res>[]): Service<Req, Res> {
  return layers.reduceRight((wrapped, layer) => layer(wrapped), inner);
}
