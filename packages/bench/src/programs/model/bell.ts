// An event that comes again and again, and can wake its waiter for nothing.
import { type Context, Future, Pending, type Poll, type Waker } from "@pollab/runtime-core/future";

export class Bell {
  /** For the one who waits. @internal */
  waker: Waker | null = null;
  /** For the one who waits. @internal */
  hasRung = false;
  /** Polls that found nothing although they followed a wake. */
  spuriousPolls = 0;

  rung(): Future<void> {
    return new Rung(this);
  }

  ring(): void {
    this.hasRung = true;
    this.waker?.wake();
  }

  wakeForNothing(): void {
    this.waker?.wake();
  }
}

class Rung extends Future<void> {
  private readonly bell: Bell;
  private hasWaited = false;

  constructor(bell: Bell) {
    super();
    this.bell = bell;
  }

  override poll(cx: Context): Poll<void> {
    const { bell } = this;
    if (bell.hasRung) {
      bell.hasRung = false;
      return undefined;
    }
    if (this.hasWaited) bell.spuriousPolls++;
    this.hasWaited = true;
    bell.waker = cx.waker;
    return Pending;
  }
}
