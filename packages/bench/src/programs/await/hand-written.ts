// State machines written by hand: a wake polls them from the root, as the model has it.
import { CurrentThread } from "@pollab/executor-single";
import { type Context, Future, Pending, type Poll } from "@pollab/runtime-core/future";
import type { Style } from "./style.ts";

/** One level of a chain: it awaits the next. */
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

class Immediate extends Future<number> {
  private readonly value: number;

  constructor(value: number) {
    super();
    this.value = value;
  }

  override poll(): Poll<number> {
    return this.value;
  }
}

class Waiting extends Future<number> {
  private waits = 0;
  private readonly times: number;

  constructor(times: number) {
    super();
    this.times = times;
  }

  override poll(cx: Context): Poll<number> {
    if (this.waits === this.times) return this.waits;
    this.waits++;
    cx.waker.wake();
    return Pending;
  }
}

/** Awaits one chain after the other. */
class CallAll extends Future<number> {
  private readonly depth: number;
  private readonly operations: number;
  private done = 0;
  private sum = 0;
  private current: Future<number> | null = null;

  constructor(depth: number, operations: number) {
    super();
    this.depth = depth;
    this.operations = operations;
  }

  override poll(cx: Context): Poll<number> {
    for (; this.done < this.operations; this.done++) {
      this.current ??= nest(this.depth, new Immediate(this.done));
      const value = this.current.poll(cx);
      if (value === Pending) return Pending;
      this.current = null;
      this.sum += value;
    }
    return this.sum;
  }
}

function nest(depth: number, innermost: Future<number>): Future<number> {
  let future = innermost;
  for (let level = 1; level < depth; level++) future = new Link(future);
  return future;
}

const runtime = new CurrentThread();

export const style: Style = {
  call: (depth, operations) => runtime.blockOn(new CallAll(depth, operations)),
  resume: (depth, operations) => runtime.blockOn(nest(depth, new Waiting(operations))),
};
