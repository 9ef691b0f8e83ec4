import { ThreadWorker } from "poolifier";
import { loadOf, work } from "../loads.ts";

// The pool talks to it from now on.
export const worker: ThreadWorker<{ level: number; index: number }, number> = new ThreadWorker<
  { level: number; index: number },
  number
>((data) => {
  if (data === undefined) throw new TypeError("a task was expected");
  return work(data.index, loadOf(data.level).rounds(data.index));
});
