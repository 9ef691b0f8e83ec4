// The tree below a cancellation token: who is cancelled with whom, and who waits for it.
//
// A node knows its parent always, but the parent knows the node only while somebody waits on it or further below. So children
// that were forgotten cost their parent nothing, however long it lives, and nobody has to say that a child is no longer needed.
// The price: asking whether a node is cancelled looks at every ancestor.
import type { Waker } from "../future/context.ts";
import { Waiter, WaitList } from "./wait-list.ts";

export class CancellationNode {
  private readonly parent: CancellationNode | null;
  private cancelled = false;
  private readonly waiters = new WaitList();
  /** Those who wait here or further below are reached through these, in the order in which they first waited. */
  private readonly watched = new Set<CancellationNode>();

  constructor(parent: CancellationNode | null) {
    this.parent = parent;
  }

  get isCancelled(): boolean {
    if (this.cancelled) return true;
    for (let node = this.parent; node !== null; node = node.parent) {
      if (!node.cancelled) continue;
      // Asked again, the answer is near.
      this.cancelled = true;
      return true;
    }
    return false;
  }

  /** Waits for the cancellation of this node, which is not cancelled. */
  watch(waker: Waker): Waiter {
    const waiter = new Waiter(waker, 0);
    const wasQuiet = this.isQuiet;
    this.waiters.append(waiter);
    if (wasQuiet) CancellationNode.link(this);
    return waiter;
  }

  /** For a waiter of this node that gives up. */
  unwatch(waiter: Waiter): void {
    if (!waiter.isWaiting) {
      waiter.waker = null;
      return;
    }
    this.waiters.remove(waiter);
    if (this.isQuiet) CancellationNode.unlink(this);
  }

  /** Wakes everybody who waits here or below, parents before their children. */
  cancel(): void {
    if (this.isCancelled) return;
    CancellationNode.unlink(this);
    const woken: Waiter[] = [];
    const open: CancellationNode[] = [this];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      node.cancelled = true;
      for (const waiter of node.waiters.drain()) woken.push(waiter);
      for (const child of [...node.watched].toReversed()) open.push(child);
      node.watched.clear();
    }
    // Only now, when the whole tree is cancelled: wakers are foreign code, which may look at it.
    for (const waiter of woken) waiter.wake();
  }

  /** True when nobody waits here or below: there is no reason to be reached from above. */
  get isQuiet(): boolean {
    return this.waiters.isEmpty && this.watched.size === 0;
  }

  /** Makes a node that has become worth reaching known above. */
  private static link(quietBefore: CancellationNode): void {
    let node = quietBefore;
    for (let parent = node.parent; parent !== null; parent = node.parent) {
      const wasQuiet = parent.isQuiet;
      parent.watched.add(node);
      if (!wasQuiet) return;
      node = parent;
    }
  }

  private static unlink(quietNow: CancellationNode): void {
    let node = quietNow;
    for (let parent = node.parent; parent !== null; parent = node.parent) {
      if (!parent.watched.delete(node) || !parent.isQuiet) return;
      node = parent;
    }
  }
}
