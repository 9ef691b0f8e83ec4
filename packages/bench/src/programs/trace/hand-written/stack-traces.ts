import { CurrentThread } from "@pollab/executor-single";
import { type Context, Future, Pending, type Poll } from "@pollab/runtime-core/future";
import { runOnce } from "../../micro/harness.ts";
import { AFTER_WAIT, keepWholeStacks, shareOfCallers } from "../callers.ts";

/** Fails: at once, or after it has waited for a turn. */
class ParseReply extends Future<number> {
  private waits: boolean;

  constructor(waits: boolean) {
    super();
    this.waits = waits;
  }

  override poll(cx: Context): Poll<number> {
    if (!this.waits) throw new Error("no reply");
    this.waits = false;
    cx.waker.wake();
    return Pending;
  }
}

/** One caller: every poll of it is a call of the one that it awaits. */
abstract class Caller extends Future<number> {
  protected abstract readonly inner: Future<number>;

  protected plusOne(result: Poll<number>): Poll<number> {
    return result === Pending ? Pending : result + 1;
  }
}

class AwaitReply extends Caller {
  protected override readonly inner: Future<number>;

  constructor(waits: boolean) {
    super();
    this.inner = new ParseReply(waits);
  }

  override poll(cx: Context): Poll<number> {
    return this.plusOne(this.inner.poll(cx));
  }
}

class SendCommand extends Caller {
  protected override readonly inner: Future<number>;

  constructor(waits: boolean) {
    super();
    this.inner = new AwaitReply(waits);
  }

  override poll(cx: Context): Poll<number> {
    return this.plusOne(this.inner.poll(cx));
  }
}

class OpenSession extends Caller {
  protected override readonly inner: Future<number>;

  constructor(waits: boolean) {
    super();
    this.inner = new SendCommand(waits);
  }

  override poll(cx: Context): Poll<number> {
    return this.plusOne(this.inner.poll(cx));
  }
}

class QueryStore extends Caller {
  protected override readonly inner: Future<number>;

  constructor(waits: boolean) {
    super();
    this.inner = new OpenSession(waits);
  }

  override poll(cx: Context): Poll<number> {
    return this.plusOne(this.inner.poll(cx));
  }
}

class QueryCache extends Caller {
  protected override readonly inner: Future<number>;

  constructor(waits: boolean) {
    super();
    this.inner = new QueryStore(waits);
  }

  override poll(cx: Context): Poll<number> {
    return this.plusOne(this.inner.poll(cx));
  }
}

class ReadProfile extends Caller {
  protected override readonly inner: Future<number>;

  constructor(waits: boolean) {
    super();
    this.inner = new QueryCache(waits);
  }

  override poll(cx: Context): Poll<number> {
    return this.plusOne(this.inner.poll(cx));
  }
}

class LoadAccount extends Caller {
  protected override readonly inner: Future<number>;

  constructor(waits: boolean) {
    super();
    this.inner = new ReadProfile(waits);
  }

  override poll(cx: Context): Poll<number> {
    return this.plusOne(this.inner.poll(cx));
  }
}

class Authorise extends Caller {
  protected override readonly inner: Future<number>;

  constructor(waits: boolean) {
    super();
    this.inner = new LoadAccount(waits);
  }

  override poll(cx: Context): Poll<number> {
    return this.plusOne(this.inner.poll(cx));
  }
}

class HandleRequest extends Caller {
  protected override readonly inner: Future<number>;

  constructor(waits: boolean) {
    super();
    this.inner = new Authorise(waits);
  }

  override poll(cx: Context): Poll<number> {
    return this.plusOne(this.inner.poll(cx));
  }
}

keepWholeStacks();
const runtime = new CurrentThread();
await runOnce((level) => {
  try {
    return runtime.blockOn(new HandleRequest(level === AFTER_WAIT));
  } catch (error) {
    return shareOfCallers(error);
  }
});
