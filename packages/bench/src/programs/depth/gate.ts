// The event that one task of a crowd waits for. It is polled again only when it was woken.
import { type Context, Future, Pending, type Poll } from "@pollab/runtime-core/future";
import type { Crowd } from "../micro/waiting-tasks.ts";

export class Gate extends Future<void> {
  private readonly crowd: Crowd;
  private isOpen = false;

  constructor(crowd: Crowd) {
    super();
    this.crowd = crowd;
  }

  override poll(cx: Context): Poll<void> {
    if (this.isOpen) {
      this.crowd.finished++;
      return undefined;
    }
    this.isOpen = true;
    this.crowd.waiting.push(cx.waker);
    return Pending;
  }
}
