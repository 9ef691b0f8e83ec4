// Waits until a descriptor that somebody else owns is readable.
import { type Context, Future, Pending, type Poll, PolledAfterCompletionError } from "@pollab/runtime-core/future";
import { Interest } from "../poll/interest.ts";
import type { Reactor } from "./reactor.ts";
import type { Registration } from "./registration.ts";

export class Readable extends Future<void> {
  private readonly reactor: Reactor;
  private readonly fd: number;
  private registration: Registration | null = null;
  private done = false;

  constructor(reactor: Reactor, fd: number) {
    super();
    this.reactor = reactor;
    this.fd = fd;
  }

  override poll(cx: Context): Poll<void> {
    if (this.done) throw new PolledAfterCompletionError("readable");
    try {
      // Registering reports a descriptor that is readable already.
      const registration = (this.registration ??= this.reactor.watch(this.fd, Interest.readable));
      if (!registration.pollReadable(cx, "poll")) return Pending;
      cx.budget--;
    } catch (error) {
      this.drop();
      throw error;
    }
    this.drop();
    return undefined;
  }

  override drop(): void {
    this.done = true;
    if (this.registration === null) return;
    this.registration.forgetReader();
    this.reactor.release(this.registration);
    this.registration = null;
  }
}
