// Streams: the type and its adapters, what makes one, and what it ends in.
export { End, type Source } from "./source.ts";
export { Stream } from "./stream.ts";
