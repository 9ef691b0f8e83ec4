// A stream written as a generator, as an `async function*` is: `yield` gives an item, `yield*` awaits a future.
//
// The body is the outermost frame of a coroutine. `Emitting` stands between the two: an item that the body yields is put aside,
// and the coroutine is told that its body waits. So every poll of the coroutine that ends in `Pending` means one of two things,
// and the item put aside tells which.
import { Coroutine } from "../../future/coroutine.ts";
import type { Context } from "../../future/context.ts";
import { SUSPENDED, Suspension } from "../../future/future.ts";
import { Pending, type Poll } from "../../future/poll.ts";
import type { Body } from "../../future/stack.ts";
import { End, type Source } from "../source.ts";
import { Stream } from "../stream.ts";

/**
 * What the body of a `stream` of `T`s is as a generator. A part of one that lives in a function of its own has this return type,
 * and the body runs it with `yield*`.
 */
export type Emits<T> = Generator<T | Suspension, void, unknown>;

class Emitting<T> implements Body<void> {
  /** The item that the body has yielded, until it is taken; otherwise `Pending`. */
  item: Poll<T> = Pending;
  private readonly body: Emits<T>;

  constructor(body: Emits<T>) {
    this.body = body;
  }

  next(value: unknown): IteratorResult<Suspension, void> {
    return this.putAside(this.body.next(value));
  }

  throw(error: unknown): IteratorResult<Suspension, void> {
    return this.putAside(this.body.throw(error));
  }

  return(): IteratorResult<Suspension, void> {
    return this.putAside(this.body.return());
  }

  private putAside(step: IteratorResult<T | Suspension, void>): IteratorResult<Suspension, void> {
    if (step.done === true) return step;
    if (step.value !== Suspension) this.item = step.value;
    return SUSPENDED;
  }
}

class Generated<T> implements Source<T> {
  private readonly body: Emitting<T>;
  /** Null once it has ended. */
  private coroutine: Coroutine<void> | null;

  constructor(body: Emits<T>) {
    this.body = new Emitting(body);
    this.coroutine = new Coroutine(() => this.body);
  }

  pollNext(cx: Context): Poll<T | End> {
    const { body, coroutine } = this;
    if (coroutine === null) return End;
    if (cx.exhausted()) return Pending;
    // A body that throws has ended.
    this.coroutine = null;
    if (coroutine.poll(cx) !== Pending) return End;
    this.coroutine = coroutine;
    const { item } = body;
    if (item === Pending) return Pending;
    body.item = Pending;
    cx.budget--;
    return item;
  }

  drop(): void {
    const { coroutine } = this;
    this.coroutine = null;
    coroutine?.drop();
  }
}

/**
 * Makes a stream of a generator, in which `yield item` gives an item and `yield* future` awaits:
 *
 * ```ts
 * const ticks = stream(function* () {
 *   for (let n = 0; n < 3; n++) {
 *     yield* sleep(100);
 *     yield n;
 *   }
 * });
 * ```
 *
 * The body runs from one item to the next each time that one is asked for. Its type of items is inferred. Dropping the stream runs
 * the `finally` blocks of a body that has begun, as dropping a coroutine does. An error ends the stream.
 */
export function stream<Y>(body: () => Generator<Y, void, unknown>): Stream<Exclude<Y, Suspension>> {
  // What the body yields is either an item or a future's suspension.
  return Stream.from(new Generated<Exclude<Y, Suspension>>(body() as Emits<Exclude<Y, Suspension>>));
}
