// What one task of a crowd waits for.
import { type Context, Future, Pending, type Poll } from "@pollab/runtime-core/future";
import type { Crowd } from "../micro/waiting-tasks.ts";

export class Wait extends Future<void> {
  readonly crowd: Crowd;
  private hasWaited = false;

  constructor(crowd: Crowd) {
    super();
    this.crowd = crowd;
  }

  override poll(cx: Context): Poll<void> {
    // It is polled again only when it was woken.
    if (this.hasWaited) return undefined;
    this.hasWaited = true;
    this.crowd.waiting.push(cx.waker);
    return Pending;
  }
}
