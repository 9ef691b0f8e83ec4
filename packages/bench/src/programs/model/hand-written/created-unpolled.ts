import { type Context, Future, Pending, type Poll } from "@pollab/runtime-core/future";
import { run } from "../../micro/harness.ts";

let started = 0;

/** Waits one turn, and is then ready. */
class Body extends Future<number> {
  private readonly value: number;
  private hasWaited = false;

  constructor(value: number) {
    super();
    this.value = value;
  }

  override poll(cx: Context): Poll<number> {
    if (this.hasWaited) return this.value;
    started++;
    this.hasWaited = true;
    cx.waker.wake();
    return Pending;
  }
}

await run((_level, operations) => {
  started = 0;
  const futures = Array.from({ length: operations }, (_, i) => new Body(i));
  return { result: futures.length, counters: { started } };
});
