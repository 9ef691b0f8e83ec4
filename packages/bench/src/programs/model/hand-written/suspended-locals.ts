import { type Context, Future, Pending, type Poll } from "@pollab/runtime-core/future";
import { parameters } from "../../micro/harness.ts";
import { runHolding } from "../../micro/held-bytes.ts";
import { type Crowd, waitingTasks } from "../../micro/waiting-tasks.ts";
import { fieldsWith } from "../locals.ts";

const Fields = fieldsWith(parameters().level);
type Fields = InstanceType<typeof Fields>;

/** A state machine keeps what lives across the wait in fields. */
class Passing extends Future<void> {
  private readonly crowd: Crowd;
  private readonly locals: Fields;
  private hasWaited = false;

  constructor(crowd: Crowd, seed: number) {
    super();
    this.crowd = crowd;
    this.locals = new Fields(seed);
  }

  override poll(cx: Context): Poll<void> {
    if (this.hasWaited) {
      if (this.locals.sum() >= 0) this.crowd.finished++;
      return undefined;
    }
    this.hasWaited = true;
    this.crowd.waiting.push(cx.waker);
    return Pending;
  }
}

let started = 0;

await runHolding(waitingTasks((crowd) => new Passing(crowd, started++)));
