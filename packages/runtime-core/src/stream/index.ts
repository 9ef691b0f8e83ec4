// Streams: the type with its adapters, and where streams come from.
export { End, type Source } from "./source.ts";
export { type Emits, stream } from "./sources/generator.ts";
export { iter } from "./sources/iter.ts";
export { empty, fromFuture, fromPoll, once, pending, repeat } from "./sources/small.ts";
export { unfold } from "./sources/unfold.ts";
export { Stream } from "./stream.ts";
