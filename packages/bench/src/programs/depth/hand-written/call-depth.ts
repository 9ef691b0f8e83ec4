import { CurrentThread } from "@pollab/executor-single";
import { type Context, Future, Pending, type Poll } from "@pollab/runtime-core/future";
import { run } from "../../micro/harness.ts";
import { nest } from "./link.ts";

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

const runtime = new CurrentThread();
await run((depth, operations) => runtime.blockOn(new CallAll(depth, operations)));
