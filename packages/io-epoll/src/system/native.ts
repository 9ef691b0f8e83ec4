// The native side of this package: what native/addon.c exports. Each function returns a value >= 0 or a negated errno.
import { loadAddon } from "@pollab/io-sys";

export interface NativePoller {
  /** The epoll instance, which is itself readable while it has events. */
  readonly fd: number;
  /** Where `wait` puts events, each `strideBytes` long: its flags, and the two halves of the token that `add` was given. */
  readonly events: ArrayBuffer;
  readonly strideBytes: number;
  readonly flagsOffsetBytes: number;
  readonly tokenOffsetBytes: number;
  wait(timeoutMs: number): number;
  add(fd: number, interest: number, low: number, high: number): number;
  modify(fd: number, interest: number, low: number, high: number): number;
  delete(fd: number): number;
  close(events: ArrayBuffer): number;
}

export interface Native {
  createPoller(capacity: number): NativePoller | number;
}

let loaded: Native | undefined;

/** The addon, loaded at the first call. @throws AddonMissingError */
export function native(): Native {
  return (loaded ??= loadAddon<Native>(new URL("../../", import.meta.url), "epoll"));
}
