// A channel that holds one value: receivers see the latest one and are told when it changed.
import { Receiver } from "./receiver.ts";
import { Sender } from "./sender.ts";
import { Shared } from "./shared.ts";

export { Receiver } from "./receiver.ts";
export { Sender } from "./sender.ts";
export type { Watched } from "./shared.ts";

/** A channel that begins with the value `initial`, which the first receiver has seen. */
export function channel<T>(initial: T): [sender: Sender<T>, receiver: Receiver<T>] {
  const shared = new Shared(initial);
  return [new Sender(shared), new Receiver(shared, shared.version)];
}
