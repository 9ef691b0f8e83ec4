// Dropping several futures, so that an error from one does not keep the others alive.
import type { Future } from "../future/future.ts";

/** Drops every future in order and replaces it by null; throws the first error at the end. */
export function dropAll(futures: (Future<unknown> | null)[]): void {
  let firstError: { readonly error: unknown } | null = null;
  for (let i = 0; i < futures.length; i++) {
    const future = futures[i];
    futures[i] = null;
    try {
      future?.drop();
    } catch (error) {
      firstError ??= { error };
    }
  }
  if (firstError !== null) throw firstError.error;
}
