// A channel for one value from one producer to one consumer, such as the answer to a request.
import { Exchange } from "./exchange.ts";
import { Receiver } from "./receiver.ts";
import { Sender } from "./sender.ts";

export { Receiver } from "./receiver.ts";
export { Sender } from "./sender.ts";

/** A channel for one value. */
export function channel<T>(): [sender: Sender<T>, receiver: Receiver<T>] {
  const exchange = new Exchange<T>();
  return [new Sender(exchange), new Receiver(exchange)];
}
