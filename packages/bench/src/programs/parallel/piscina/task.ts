import { loadOf, work } from "../loads.ts";

/** One task, in a thread of the pool. */
export function task({ level, index }: { readonly level: number; readonly index: number }): number {
  return work(index, loadOf(level).rounds(index));
}
