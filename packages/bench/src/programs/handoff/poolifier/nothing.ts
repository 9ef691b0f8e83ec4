import { ThreadWorker } from "poolifier";

// The pool talks to it from now on.
export const worker: ThreadWorker<number, number> = new ThreadWorker<number, number>((value) => value ?? 0);
