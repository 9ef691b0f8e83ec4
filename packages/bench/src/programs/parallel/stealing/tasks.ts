// The tasks of the shared-out loads: every worker loads this module. A task that has more than a few to do spawns and joins them in
// sets, as wide as pays: each set is a task itself, so its cost is shared by many, and all records have room for the widest.
import { bool, f64, i32, type SendTask, sendTask, tasksOf } from "@pollab/executor-stealing";
import { Pending } from "@pollab/runtime-core/future";
import { loadOf, work } from "../loads.ts";

type Bool = typeof bool;
type Int = typeof i32;
type Float = typeof f64;
type Tasks = ReturnType<typeof tasksOf<number>>;

const WIDTH = 32;

/** One of the load's tasks. */
export const one: SendTask<{ readonly args: { readonly level: Int; readonly index: Int }; readonly result: Float }> =
  sendTask("one", { args: { level: i32, index: i32 }, result: f64 }, ({ index, level }) =>
    work(index, loadOf(level).rounds(index)),
  );

interface Shares {
  readonly args: { readonly level: Int; readonly from: Int; readonly to: Int };
  readonly locals: { readonly begun: Bool; readonly sum: Float; readonly parts: Tasks };
  readonly result: Float;
}

const shares: Shares = {
  args: { level: i32, from: i32, to: i32 },
  locals: { begun: bool, sum: f64, parts: tasksOf(f64, WIDTH) },
  result: f64,
};

/** Tasks `from` up to `to`: each of them by a task of its own, and these by one for each few. */
export const share: SendTask<Shares> = sendTask("share", shares, (state, cx) => {
  const { parts } = state;
  if (!state.begun) {
    state.begun = true;
    const { from, level, to } = state;
    if (to - from <= WIDTH) {
      parts.spawnMany(cx, one, to - from, (i) => ({ level, index: from + i }));
    } else {
      const size = sizeOfParts(to - from);
      const part = (i: number) => ({ level, from: from + i * size, to: Math.min(to, from + (i + 1) * size) });
      parts.spawnMany(cx, share, Math.ceil((to - from) / size), part);
    }
  }
  const joined = parts.pollAll(cx, (result) => {
    state.sum += result;
  });
  return joined === Pending ? Pending : state.sum;
});

/** The largest power of the width that leaves more than one part: the sets below are then full. */
function sizeOfParts(tasks: number): number {
  let size = WIDTH;
  while (size * WIDTH < tasks) size *= WIDTH;
  return size;
}
