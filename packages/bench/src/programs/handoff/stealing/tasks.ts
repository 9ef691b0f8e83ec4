// Tasks that do nothing, and those that start and join them: every worker loads this module.
import { bool, i32, type SendTask, sendTask, taskOf, tasksOf } from "@pollab/executor-stealing";
import { Pending } from "@pollab/runtime-core/future";

type Bool = typeof bool;
type Int = typeof i32;
type Child = ReturnType<typeof taskOf<number>>;
type Tasks = ReturnType<typeof tasksOf<number>>;

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

const WIDTH = 32;

interface Together {
  readonly args: { readonly count: Int };
  readonly locals: { readonly begun: Bool; readonly done: Int; readonly tasks: Tasks };
  readonly result: Int;
}

const togetherLayout: Together = {
  args: { count: i32 },
  locals: { begun: bool, done: i32, tasks: tasksOf(i32, WIDTH) },
  result: i32,
};

/** Starts so many at a time and joins them: more than a set has room for, with a task for each set. */
export const together: SendTask<Together> = sendTask("together", togetherLayout, (state, cx) => {
  const { count, tasks } = state;
  if (!state.begun) {
    state.begun = true;
    if (count <= WIDTH) tasks.spawnMany(cx, nothing, count, () => ({ value: 1 }));
    else tasks.spawnMany(cx, together, WIDTH, (i) => ({ count: Math.floor((count + i) / WIDTH) }));
  }
  const joined = tasks.pollAll(cx, (result) => {
    state.done += result;
  });
  return joined === Pending ? Pending : state.done;
});
