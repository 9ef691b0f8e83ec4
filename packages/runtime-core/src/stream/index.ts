// Streams: the type with its adapters, and where streams come from.
export { Peekable, peekable } from "./peekable.ts";
export { End, type ItemOf, type Source } from "./source.ts";
export { type Emits, stream } from "./sources/generator.ts";
export { iter } from "./sources/iter.ts";
export { empty, fromFuture, fromPoll, once, pending, repeat } from "./sources/small.ts";
export { fromInterval, fromReceiver, type Ticking, type Receiving } from "./sources/receiver.ts";
export { unfold } from "./sources/unfold.ts";
export { StreamMap } from "./stream-map.ts";
export { Stream } from "./stream.ts";
