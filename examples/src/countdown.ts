// A future written by hand. A poll either finishes it or says "not yet", which is a promise to call the waker:
// nobody polls again before that. This one wakes its own task at once.
//
// Prints:
//
//     3
//     2
//     1
//     liftoff
import { CurrentThread } from "@pollab/executor-single";
import { type Context, Future, Pending, type Poll, PolledAfterCompletionError } from "@pollab/runtime-core/future";

const OVER = -1;

class Countdown extends Future<string> {
  private left: number;

  constructor(from: number) {
    super();
    this.left = from;
  }

  override poll(cx: Context): Poll<string> {
    if (this.left === OVER) throw new PolledAfterCompletionError("countdown");
    if (this.left === 0) {
      this.left = OVER;
      return "liftoff";
    }
    console.log(this.left--);
    cx.waker.wake();
    return Pending;
  }

  override drop(): void {
    this.left = OVER;
  }
}

using runtime = new CurrentThread();
console.log(runtime.blockOn(new Countdown(3)));
