// Pairs of items. It takes at most one item ahead from either side.
import { dropAll } from "../../combinators/drop-all.ts";
import type { Context } from "../../future/context.ts";
import { Pending, type Poll } from "../../future/poll.ts";
import { End, ended, type Source } from "../source.ts";

export class Zip<A, B> implements Source<[A, B]> {
  private left: Source<A>;
  private right: Source<B>;
  /** The item that waits for its other half, or `Pending`. */
  private leftItem: Poll<A> = Pending;
  private rightItem: Poll<B> = Pending;

  constructor(left: Source<A>, right: Source<B>) {
    this.left = left;
    this.right = right;
  }

  pollNext(cx: Context): Poll<[A, B] | End> {
    if (this.leftItem === Pending) {
      const item = this.left.pollNext(cx);
      if (item === End) return this.end();
      this.leftItem = item;
    }
    if (this.rightItem === Pending) {
      const item = this.right.pollNext(cx);
      if (item === End) return this.end();
      this.rightItem = item;
    }
    const { leftItem, rightItem } = this;
    if (leftItem === Pending || rightItem === Pending) return Pending;
    this.leftItem = this.rightItem = Pending;
    return [leftItem, rightItem];
  }

  private end(): End {
    this.drop();
    return End;
  }

  drop(): void {
    const { left, right } = this;
    this.left = this.right = ended;
    this.leftItem = this.rightItem = Pending;
    dropAll([left, right]);
  }
}
