import { CurrentThread } from "@pollab/executor-single";
import { type Context, Future, type Poll } from "@pollab/runtime-core/future";
import { run } from "../harness.ts";
import { Yielding } from "./yielding.ts";

/** One level of the chain, polled whenever the innermost is. */
class Link extends Future<number> {
  private readonly inner: Future<number>;

  constructor(inner: Future<number>) {
    super();
    this.inner = inner;
  }

  override poll(cx: Context): Poll<number> {
    return this.inner.poll(cx);
  }
}

const runtime = new CurrentThread();

await run((depth, operations) => {
  let future: Future<number> = new Yielding(operations);
  for (let level = 1; level < depth; level++) future = new Link(future);
  return runtime.blockOn(future);
});
