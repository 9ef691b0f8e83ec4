// The host's things as far as they are used here, by their shape: the model runs in any engine and names none.
import type { Future } from "../future/future.ts";

/** A runtime that runs beside the host's event loop. */
export interface Host {
  /** Starts `future` as a task and reports its end. */
  run<T>(future: Future<T>): Promise<T>;
}

/** As much of an `AbortSignal` as is used here. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason: unknown;
  /** Calls `listener` once the signal is aborted. */
  addEventListener(type: "abort", listener: () => void): void;
  /** Undoes `addEventListener`. */
  removeEventListener(type: "abort", listener: () => void): void;
}

/** The program's own type `AbortSignal` where its configuration declares one, so that `fetch` and others take it. */
export type HostAbortSignal = typeof globalThis extends { AbortSignal: { prototype: infer S } } ? S : AbortSignalLike;

interface AbortControllerLike {
  readonly signal: HostAbortSignal;
  abort(): void;
}

/** @throws TypeError where the host has no `AbortController` */
export function newAbortController(): AbortControllerLike {
  const host = globalThis as { readonly AbortController?: new () => AbortControllerLike };
  if (host.AbortController === undefined) throw new TypeError("this host has no AbortController; provide a global one");
  return new host.AbortController();
}
