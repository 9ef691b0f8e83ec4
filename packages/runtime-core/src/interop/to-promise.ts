// A future as a promise.
import type { Future } from "../future/future.ts";
import { untilAborted } from "./abort.ts";
import type { AbortSignalLike, Host } from "./host.ts";

/**
 * Starts `future` on a hosted runtime and returns its outcome as a promise. A promise cannot be cancelled; `signal` can: it drops
 * the future, and the promise is rejected with the signal's reason. Without one this is `host.run`.
 */
export function toPromise<T>(host: Host, future: Future<T>, signal: AbortSignalLike): Promise<T> {
  return host.run(untilAborted(signal, future));
}
