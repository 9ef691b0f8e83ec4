// The state machine that goes to the back of the run queue so many times, for the workloads that yield and resume.
import { type Context, Future, Pending, type Poll } from "@pollab/runtime-core/future";

export class Yielding extends Future<number> {
  private yields = 0;
  private readonly times: number;

  constructor(times: number) {
    super();
    this.times = times;
  }

  override poll(cx: Context): Poll<number> {
    if (this.yields === this.times) return this.yields;
    this.yields++;
    cx.waker.wake();
    return Pending;
  }
}
