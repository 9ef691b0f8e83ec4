// The executors of one thread, owned and hosted, and the busy loop that they are measured against.
export { busyBlockOn } from "./busy-block-on.ts";
export { CurrentThread, type CurrentThreadOptions } from "./current-thread.ts";
export { HostedThread, type HostedThreadOptions } from "./hosted-thread.ts";
export type { RuntimeMetrics } from "./metrics.ts";
export type { RuntimeOptions } from "./options.ts";
export { Parker } from "./parker.ts";
