// The tasks of the shared-out loads: every worker loads this module. Each of the load's tasks is a task of the runtime; they are spawned
// and joined in sets, each by a task of its own, whose cost so many share. So many sets are under way at a time that there is always
// something to steal, without a moment when all wait for the last one, and so few that they fit in the queue of one worker, and what
// they work on in the caches.
import { bool, i32, type SendTask, sendTask, tasksOf } from "@pollab/executor-stealing";
import { Pending } from "@pollab/runtime-core/future";
import { loadOf, work } from "../loads.ts";

type Bool = typeof bool;
type Int = typeof i32;
type Tasks = ReturnType<typeof tasksOf<number>>;

const TASKS_IN_A_SET = 64;
/** Twice so many are under way. */
const SETS_AT_A_TIME = 2;

/** One of the load's tasks. */
export const one: SendTask<{ readonly args: { readonly level: Int; readonly index: Int }; readonly result: Int }> =
  sendTask("one", { args: { level: i32, index: i32 }, result: i32 }, ({ index, level }) =>
    work(index, loadOf(level).rounds(index)),
  );

interface Some {
  readonly args: { readonly level: Int; readonly from: Int; readonly to: Int };
  readonly locals: { readonly begun: Bool; readonly sum: Int; readonly tasks: Tasks };
  readonly result: Int;
}

const some: Some = {
  args: { level: i32, from: i32, to: i32 },
  locals: { begun: bool, sum: i32, tasks: tasksOf(i32, TASKS_IN_A_SET) },
  result: i32,
};

/** Tasks `from` up to `to`, which are so many as are in a set. */
export const set: SendTask<Some> = sendTask("set", some, (state, cx) => {
  const { tasks } = state;
  if (!state.begun) {
    state.begun = true;
    const { from, level, to } = state;
    tasks.spawnMany(cx, one, to - from, (i) => ({ level, index: from + i }));
  }
  let sum = 0;
  const joined = tasks.pollAll(cx, (result) => {
    sum += result;
  });
  state.sum += sum;
  return joined === Pending ? Pending : state.sum;
});

interface All {
  readonly args: { readonly level: Int; readonly count: Int };
  readonly locals: {
    readonly begun: Int;
    readonly sum: Int;
    readonly isLater: Bool;
    readonly earlier: Tasks;
    readonly later: Tasks;
  };
  readonly result: Int;
}

const load: All = {
  args: { level: i32, count: i32 },
  locals: {
    begun: i32,
    sum: i32,
    isLater: bool,
    earlier: tasksOf(i32, SETS_AT_A_TIME),
    later: tasksOf(i32, SETS_AT_A_TIME),
  },
  result: i32,
};

/** All tasks. */
export const all: SendTask<All> = sendTask("all", load, (state, cx) => {
  const { count, earlier, later, level } = state;
  const add = (result: number): void => {
    state.sum += result;
  };
  for (;;) {
    // In turn: while the results of one half are awaited, the other half is there to be worked on.
    const sets = state.isLater ? later : earlier;
    if (sets.pollAll(cx, add) === Pending) return Pending;
    const { begun } = state;
    if (begun === count && earlier.size === 0 && later.size === 0) return state.sum;
    const end = Math.min(count, begun + SETS_AT_A_TIME * TASKS_IN_A_SET);
    sets.spawnMany(cx, set, Math.ceil((end - begun) / TASKS_IN_A_SET), (i) => ({
      level,
      from: begun + i * TASKS_IN_A_SET,
      to: Math.min(end, begun + (i + 1) * TASKS_IN_A_SET),
    }));
    state.begun = end;
    state.isLater = !state.isLater;
  }
});
