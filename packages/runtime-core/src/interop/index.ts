// Between futures and the host's own kinds of asynchrony: promises, abort signals, asynchronous iterables, the web's and Node's
// streams. Nothing starts before its future or stream is polled.
//
// The host reports from its event loop, so everything that waits for it needs a runtime that is hosted in that loop. One that owns
// its thread never returns to the loop, and such a wait would not end there.
export { aborted, fromAbortable, untilAborted, withAbortSignal } from "./abort.ts";
export { fromAsyncIterable, toAsyncIterable } from "./async-iterable.ts";
export { fromPromise, fromPromiseFn } from "./from-promise.ts";
export type { AbortSignalLike, Host, HostAbortSignal } from "./host.ts";
export { toPromise } from "./to-promise.ts";
export { fromReadableStream, type ReadableStreamLike, type WritableStreamLike, writeTo } from "./web-streams.ts";
