// The current-thread executor, and the busy loop that it is measured against.
export { busyBlockOn } from "./busy-block-on.ts";
export { CurrentThread, type CurrentThreadOptions } from "./current-thread.ts";
export { Parker } from "./parker.ts";
