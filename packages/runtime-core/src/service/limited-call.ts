// A call that holds a permit of a semaphore from its beginning to its end.
import type { Context } from "../future/context.ts";
import { PolledAfterCompletionError } from "../future/errors.ts";
import { Future } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";
import type { SemaphorePermit } from "../sync/semaphore.ts";
import type { Service } from "./service.ts";

/** A call of the inner service, made once there is a permit. */
export class LimitedCall<Req, Res> extends Future<Res> {
  private readonly inner: Service<Req, Res>;
  private readonly request: Req;
  /** Null once it has given the permit. */
  private turn: Future<SemaphorePermit> | null;
  private permit: SemaphorePermit | null = null;
  /** Null before it is made and once done. */
  private response: Future<Res> | null = null;

  constructor(inner: Service<Req, Res>, request: Req, turn: Future<SemaphorePermit>) {
    super();
    this.inner = inner;
    this.request = request;
    this.turn = turn;
  }

  override poll(cx: Context): Poll<Res> {
    const { turn } = this;
    if (turn !== null) {
      this.turn = null;
      const permit = turn.poll(cx);
      if (permit === Pending) {
        this.turn = turn;
        return Pending;
      }
      this.permit = permit;
      try {
        this.response = this.inner.call(this.request);
      } catch (error) {
        this.release();
        throw error;
      }
    }
    const { response } = this;
    if (response === null) throw new PolledAfterCompletionError("call of a service");
    this.response = null;
    let result: Poll<Res>;
    try {
      result = response.poll(cx);
    } catch (error) {
      this.release();
      throw error;
    }
    if (result === Pending) this.response = response;
    else this.release();
    return result;
  }

  private release(): void {
    this.permit?.drop();
    this.permit = null;
  }

  /** The permit goes back after what it was for has ended. */
  override drop(): void {
    const { turn, response } = this;
    this.turn = this.response = null;
    try {
      turn?.drop();
      response?.drop();
    } finally {
      this.release();
    }
  }
}
