// Groups: changing numbers of futures that run concurrently within one task.
export { FuturesOrdered } from "./futures-ordered.ts";
export { FuturesUnordered } from "./futures-unordered.ts";
