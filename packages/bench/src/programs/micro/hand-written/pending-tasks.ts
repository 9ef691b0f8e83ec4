import { type Context, Future, Pending, type Poll } from "@pollab/runtime-core/future";
import { runHolding } from "../held-bytes.ts";
import { type Crowd, waitingTasks } from "../waiting-tasks.ts";

/** A state machine needs no object of its own for what it waits for. */
class Passing extends Future<void> {
  private readonly crowd: Crowd;
  private hasWaited = false;

  constructor(crowd: Crowd) {
    super();
    this.crowd = crowd;
  }

  override poll(cx: Context): Poll<void> {
    if (this.hasWaited) {
      this.crowd.finished++;
      return undefined;
    }
    this.hasWaited = true;
    this.crowd.waiting.push(cx.waker);
    return Pending;
  }
}

await runHolding(waitingTasks((crowd) => new Passing(crowd)));
