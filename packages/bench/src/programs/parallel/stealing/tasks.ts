// The tasks of the shared-out loads: every worker loads this module.
import { f64, i32, type SendTask, sendTask, taskOf } from "@pollab/executor-stealing";
import { Pending } from "@pollab/runtime-core/future";
import { loadOf, work } from "../loads.ts";

type Int = typeof i32;
type Float = typeof f64;
type Child = ReturnType<typeof taskOf<number>>;

interface Halves {
  readonly args: { readonly level: Int; readonly from: Int; readonly to: Int };
  readonly locals: { readonly left: Child; readonly right: Child; readonly sum: Float; readonly step: Int };
  readonly result: Float;
}

const layout: Halves = {
  args: { level: i32, from: i32, to: i32 },
  locals: { left: taskOf(f64), right: taskOf(f64), sum: f64, step: i32 },
  result: f64,
};

/** Tasks `from` up to `to`, by halves: a leaf does one. */
export const halves: SendTask<Halves> = sendTask("halves", layout, (state, cx) => {
  const { from, to, level } = state;
  if (state.step === 0) {
    if (to - from === 1) return work(from, loadOf(level).rounds(from));
    const middle = (from + to) >> 1;
    state.right = cx.spawn(halves, { level, from: middle, to });
    state.left = cx.spawn(halves, { level, from, to: middle });
    state.step = 1;
  }
  if (state.step === 1) {
    const left = state.left?.poll(cx) ?? 0;
    if (left === Pending) return Pending;
    state.sum = left;
    state.left = null;
    state.step = 2;
  }
  const right = state.right?.poll(cx) ?? 0;
  return right === Pending ? Pending : state.sum + right;
});

/** A task that does nothing. */
export const nothing: SendTask<{ readonly args: { readonly value: Int }; readonly result: Int }> = sendTask(
  "nothing",
  { args: { value: i32 }, result: i32 },
  (state) => state.value,
);

interface OneByOne {
  readonly args: { readonly times: Int };
  readonly locals: { readonly child: Child; readonly done: Int };
  readonly result: Int;
}

const countLayout: OneByOne = {
  args: { times: i32 },
  locals: { child: taskOf(i32), done: i32 },
  result: i32,
};

/** Starts a task that does nothing and joins it, so many times. */
export const oneByOne: SendTask<OneByOne> = sendTask("one by one", countLayout, (state, cx) => {
  while (state.done < state.times) {
    const child = state.child ?? cx.spawn(nothing, { value: 1 });
    state.child = child;
    const value = child.poll(cx);
    if (value === Pending) return Pending;
    state.child = null;
    state.done += value;
  }
  return state.done;
});
