import { type Context, Future, Pending, type Poll } from "@pollab/runtime-core/future";
import { runOnce } from "../../micro/harness.ts";
import { type Crowd, waitingTasks } from "../../micro/waiting-tasks.ts";
import { LargeValues, LAST_USED_BEFORE, total } from "../large-values.ts";

let sum = 0;

/** Waits, and keeps the value in a field only when it is used after the wait. */
class Using extends Future<void> {
  private readonly crowd: Crowd;
  private value: readonly number[] | null;
  private hasWaited = false;
  private readonly usesBefore: boolean;

  constructor(crowd: Crowd, value: readonly number[], usesBefore: boolean) {
    super();
    this.crowd = crowd;
    this.value = value;
    this.usesBefore = usesBefore;
  }

  override poll(cx: Context): Poll<void> {
    const { crowd } = this;
    if (this.hasWaited) {
      if (!this.usesBefore) this.use();
      crowd.finished++;
      return undefined;
    }
    this.hasWaited = true;
    if (this.usesBefore) this.use();
    crowd.waiting.push(cx.waker);
    return Pending;
  }

  private use(): void {
    if (this.value !== null) sum += total(this.value);
    this.value = null;
  }
}

await runOnce(async (level, tasks) => {
  const values = new LargeValues();
  const crowd = waitingTasks((of) => new Using(of, values.make(1), level === LAST_USED_BEFORE));
  await crowd.start(tasks);
  const collected = await values.collected();
  const result = await crowd.finish();
  return { result: sum > 0 ? result : -1, counters: { collected } };
});
