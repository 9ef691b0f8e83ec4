import { asyncFn, type Context, Future, Pending, type Poll } from "@pollab/runtime-core/future";
import { runHolding } from "../held-bytes.ts";
import { type Crowd, waitingTasks } from "../waiting-tasks.ts";

/** The event that one task waits for. */
class Gate extends Future<void> {
  private readonly crowd: Crowd;
  private isOpen = false;

  constructor(crowd: Crowd) {
    super();
    this.crowd = crowd;
  }

  override poll(cx: Context): Poll<void> {
    if (this.isOpen) return undefined;
    // It is polled again only when it was woken.
    this.isOpen = true;
    this.crowd.waiting.push(cx.waker);
    return Pending;
  }
}

const task = asyncFn(function* (crowd: Crowd) {
  yield* new Gate(crowd);
  crowd.finished++;
});

await runHolding(waitingTasks(task));
