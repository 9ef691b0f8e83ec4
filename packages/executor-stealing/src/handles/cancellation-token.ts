// A cancellation token between threads, as tasks, coroutines and the main thread use it.
import { Pending, type Poll } from "@pollab/runtime-core/future";
import type { Member } from "../runtime/member.ts";
import { TOKEN_KIND } from "../memory/thing.ts";
import type { TaskContext } from "../runtime/task-context.ts";
import { TOKEN_WORDS } from "../memory/cancellation.ts";
import { OwnedHandle } from "./owned.ts";
import { SharedWait } from "./shared-wait.ts";

/** Makes a token. The caller owns it. @throws HeapFullError */
export function makeToken(member: Member): CancellationToken {
  const token = new CancellationToken(member, member.makeShared(TOKEN_KIND, TOKEN_WORDS), true);
  member.own(token);
  return token;
}

/** Tells everybody who has it, once, that something is not wanted any more. */
export class CancellationToken extends OwnedHandle {
  get isCancelled(): boolean {
    return this.member.tokens.isCancelled(this.at);
  }

  /** Cancels, and wakes everybody who waits for it. Idempotent. */
  cancel(): void {
    this.member.tokens.cancel(this.at);
  }

  /** For sendable tasks: `Pending` until it is cancelled; then the task is woken. A task listens to one token at a time. */
  pollCancelled(cx: TaskContext): Poll<void> {
    return this.member.tokens.listen(this.at, cx.index, cx.generation) ? undefined : Pending;
  }

  /** The same for coroutines, and, by `.promise()`, for the main thread. */
  cancelled(): SharedWait<void> {
    return new SharedWait(
      this.member,
      (waiter, generation): Poll<void> => {
        const isCancelled = waiter === 0 ? this.isCancelled : this.member.tokens.listen(this.at, waiter, generation);
        return isCancelled ? undefined : Pending;
      },
      this.hold,
    );
  }

  protected override drop(): void {
    this.member.disown(this.at);
  }
}
