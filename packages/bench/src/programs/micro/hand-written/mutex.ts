import { CurrentThread } from "@pollab/executor-single";
import { type Context, Future, Pending, type Poll } from "@pollab/runtime-core/future";
import { Mutex, type MutexGuard } from "@pollab/runtime-core/sync";
import { run } from "../harness.ts";

class LockAll extends Future<number> {
  private readonly mutex = new Mutex(0);
  private readonly operations: number;
  private done = 0;
  private locking: Future<MutexGuard<number>> | null = null;

  constructor(operations: number) {
    super();
    this.operations = operations;
  }

  override poll(cx: Context): Poll<number> {
    for (; this.done < this.operations; this.done++) {
      this.locking ??= this.mutex.lock();
      const guard = this.locking.poll(cx);
      if (guard === Pending) return Pending;
      this.locking = null;
      guard.value++;
      guard.drop();
    }
    return this.mutex.tryLock()?.value ?? 0;
  }
}

const runtime = new CurrentThread();

await run((_level, operations) => runtime.blockOn(new LockAll(operations)));
