// A channel in which every receiver gets every message. It keeps the latest ones; a receiver that falls behind is told how many
// it has missed.
import { Receiver } from "./receiver.ts";
import { Sender } from "./sender.ts";
import { Shared } from "./shared.ts";

export { Receiver } from "./receiver.ts";
export { Sender, WeakSender } from "./sender.ts";

const MAX_CAPACITY = 2 ** 30;

/**
 * A channel that keeps the latest `capacity` messages, rounded up to a power of two, for those who have yet to get them.
 *
 * @throws RangeError unless the capacity is an integer from 1 to 1073741824
 */
export function channel<T>(capacity: number): [sender: Sender<T>, receiver: Receiver<T>] {
  if (!Number.isInteger(capacity) || capacity < 1 || capacity > MAX_CAPACITY) {
    throw new RangeError(`channel expects a capacity from 1 to ${MAX_CAPACITY} messages, but was given ${capacity}`);
  }
  const shared = new Shared<T>(1 << (32 - Math.clz32(capacity - 1)));
  return [new Sender(shared), new Receiver(shared)];
}
