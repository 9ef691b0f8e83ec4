import { CurrentThread } from "@pollab/executor-single";
import { type Context, Future, Pending, type Poll, ready } from "@pollab/runtime-core/future";
import { run } from "../harness.ts";

class AwaitAll extends Future<number> {
  private readonly operations: number;
  private done = 0;
  private sum = 0;
  private current: Future<number> | null = null;

  constructor(operations: number) {
    super();
    this.operations = operations;
  }

  override poll(cx: Context): Poll<number> {
    for (; this.done < this.operations; this.done++) {
      this.current ??= ready(this.done);
      const value = this.current.poll(cx);
      if (value === Pending) return Pending;
      this.current = null;
      this.sum += value;
    }
    return this.sum;
  }
}

const runtime = new CurrentThread();

await run((_level, operations) => runtime.blockOn(new AwaitAll(operations)));
