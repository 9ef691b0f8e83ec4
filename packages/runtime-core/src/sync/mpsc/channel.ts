// Making a channel from many producers to a single consumer.
import { Chan, MAX_CAPACITY } from "./chan.ts";
import { Receiver } from "./receiver.ts";
import { Sender } from "./sender.ts";
import { UnboundedSender } from "./unbounded-sender.ts";

/**
 * A channel with `capacity` slots: when the receiver falls behind by as many messages, senders wait.
 *
 * @throws RangeError unless the capacity is an integer from 1 to 1073741823
 */
export function channel<T>(capacity: number): [sender: Sender<T>, receiver: Receiver<T>] {
  if (!Number.isInteger(capacity) || capacity < 1 || capacity > MAX_CAPACITY) {
    throw new RangeError(`channel expects a capacity from 1 to ${MAX_CAPACITY} messages, but was given ${capacity}`);
  }
  const chan = new Chan<T>(capacity);
  return [new Sender(chan), new Receiver(chan)];
}

/** A channel that is never full. */
export function unboundedChannel<T>(): [sender: UnboundedSender<T>, receiver: Receiver<T>] {
  const chan = new Chan<T>(MAX_CAPACITY);
  return [new UnboundedSender(chan), new Receiver(chan)];
}
