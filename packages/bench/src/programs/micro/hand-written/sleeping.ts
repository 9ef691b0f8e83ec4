// The state machine of the timer workloads: 1, once its sleep is over.
import { type Context, Future, Pending, type Poll } from "@pollab/runtime-core/future";

export class Sleeping extends Future<number> {
  private readonly delay: Future<void>;

  constructor(delay: Future<void>) {
    super();
    this.delay = delay;
  }

  override poll(cx: Context): Poll<number> {
    return this.delay.poll(cx) === Pending ? Pending : 1;
  }
}
