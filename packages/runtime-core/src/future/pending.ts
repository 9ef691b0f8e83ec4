// A future that never has a value.
import { Future } from "./future.ts";
import { Pending, type Poll } from "./poll.ts";

class Never extends Future<never> {
  override poll(): Poll<never> {
    return Pending;
  }
}

/** A future that waits for ever and is never woken; it ends by being dropped. */
export function pending(): Future<never> {
  return new Never();
}
