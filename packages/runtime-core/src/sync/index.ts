// Sharing and signalling between tasks of one thread.
export { Waiter, WaitList } from "./wait-list.ts";
