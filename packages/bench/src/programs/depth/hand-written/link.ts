// One level of a chain of state machines: it awaits the next, and is polled whenever the innermost is.
import { type Context, Future, type Poll } from "@pollab/runtime-core/future";

class Link<T> extends Future<T> {
  private readonly inner: Future<T>;

  constructor(inner: Future<T>) {
    super();
    this.inner = inner;
  }

  override poll(cx: Context): Poll<T> {
    return this.inner.poll(cx);
  }
}

/** The future below so many others, itself among them. */
export function nest<T>(depth: number, innermost: Future<T>): Future<T> {
  let future = innermost;
  for (let level = 1; level < depth; level++) future = new Link(future);
  return future;
}
