// What the compiler refuses: each line that is marked is an error, and it would be one if it were not.
import type { Poll } from "@pollab/runtime-core/future";
import { describe, expectTypeOf, test } from "vitest";
import {
  type ArgsOf,
  bytes,
  f64,
  i32,
  i64,
  none,
  type ResultOf,
  type Sender,
  senderOf,
  type SendTask,
  sendTask,
  type StateOf,
  type StealingRuntime,
  struct,
  type TaskHandle,
  taskOf,
  tasksOf,
  token,
} from "../src/index.ts";

const layout = {
  args: { n: i32, big: i64, name: bytes(8), to: senderOf(i32) },
  locals: { child: taskOf(f64) },
  result: struct({ total: f64 }),
};
type L = typeof layout;

/** The compiler is what asserts something here: the body is compiled, and not run. */
function assertRefused(_body: (runtime: StealingRuntime) => void): void {}

describe("the types", () => {
  test("of arguments, state and result follow from the layout", () => {
    expectTypeOf<ArgsOf<L>>().toEqualTypeOf<{
      readonly n: number;
      readonly big: bigint;
      readonly name: Uint8Array;
      readonly to: Sender<number> | null;
    }>();
    expectTypeOf<StateOf<L>["child"]>().toEqualTypeOf<TaskHandle<number> | null>();
    expectTypeOf<ResultOf<L>>().toEqualTypeOf<{ readonly total: number }>();
    expectTypeOf<ResultOf<{ args: { n: typeof i32 } }>>().toEqualTypeOf<void>();
    const task = sendTask("t", layout, (state, cx): Poll<{ total: number }> => {
      expectTypeOf(state.n).toEqualTypeOf<number>();
      state.child = cx.spawn(other, { n: 1 });
      return { total: state.n };
    });
    expectTypeOf(task).toEqualTypeOf<SendTask<L>>();
  });

  test("refuse what cannot leave its thread", () => {
    assertRefused((runtime) => {
      // @ts-expect-error: a function is no kind of field
      sendTask("t", { args: { f: () => 1 } }, () => undefined);
      // @ts-expect-error: nor is a class
      sendTask("t", { args: { when: Date } }, () => undefined);
      // @ts-expect-error: nor any object
      sendTask("t", { locals: { cache: new Map() } }, () => undefined);
      // @ts-expect-error: the result has to be a kind of field, too
      sendTask("t", { result: Map }, () => undefined);

      // @ts-expect-error: an argument of the wrong type
      runtime.spawn(other, { n: "1" });
      // @ts-expect-error: a function in the place of a number
      runtime.spawn(other, { n: () => 1 });
      // @ts-expect-error: an argument is missing
      runtime.spawn(other, {});
      // @ts-expect-error: a capture that no field takes
      runtime.spawn(other, { n: 1, extra: () => 1 });
      // @ts-expect-error: nor does a task without fields
      runtime.spawn(nothing, { extra: () => 1 });
      const [strings] = runtime.channel(bytes(4), 1);
      // @ts-expect-error: the sender of another kind of messages
      runtime.spawn(sends, { to: strings });
      // @ts-expect-error: a promise is no handle
      runtime.spawn(sends, { to: runtime.run(nothing, {}) });
      // @ts-expect-error: a native abort signal is no token
      runtime.spawn(listens, { stop: new AbortController().signal });
    });
  });

  test("refuse results and state of other types than the layout says", () => {
    assertRefused(() => {
      // @ts-expect-error: the result is a number
      sendTask("t", { result: i32 }, () => "one");
      // @ts-expect-error: it returns nothing
      sendTask("t", {}, () => 1);
      sendTask("t", { args: { n: i32 } }, (state) => {
        // @ts-expect-error: an i32 is a number
        state.n = 1n;
        // @ts-expect-error: there is no such field
        state.m = 1;
      });
      sendTask("t", { locals: { child: taskOf(i32) } }, (state, cx) => {
        // @ts-expect-error: a task that returns nothing
        state.child = cx.spawn(nothing, {});
      });
      sendTask("t", { locals: { children: tasksOf(f64, 4), silent: tasksOf(none, 4) } }, (state, cx) => {
        state.children.spawnMany(cx, other, 4, (n) => ({ n }));
        state.silent.spawnMany(cx, nothing, 4, () => ({}));
        // @ts-expect-error: a task that returns nothing
        state.children.spawnMany(cx, nothing, 4, () => ({}));
        // @ts-expect-error: tasks that return a number
        state.silent.spawnMany(cx, other, 4, (n) => ({ n }));
        // @ts-expect-error: an argument of the wrong type
        state.children.spawnMany(cx, other, 4, (n) => ({ n: `${n}` }));
        // @ts-expect-error: the results are numbers
        state.children.pollAll(cx, (result: string) => result);
      });
    });
  });

  test("refuse arguments of coroutines that cannot be copied", () => {
    assertRefused((runtime) => {
      const [to] = runtime.channel(i32, 1);
      runtime.spawnPinned("m", "f", [1, "a", { deep: [new Map([["a", 1n]])] }, to, runtime.token()]);
      // @ts-expect-error: a function
      runtime.spawnPinned("m", "f", [() => 1]);
      // @ts-expect-error: a function within an object
      runtime.spawnPinned("m", "f", [{ deep: { callback: () => 1 } }]);
      // @ts-expect-error: a symbol
      runtime.spawnPinned("m", "f", [Symbol("s")]);
      // @ts-expect-error: a promise
      runtime.spawnPinned("m", "f", [Promise.resolve(1)]);
      // @ts-expect-error: an object of a class, which would lose it
      runtime.spawnPinned("m", "f", [new AbortController()]);
    });
  });
});

const other = sendTask("other", { args: { n: i32 }, result: f64 }, (state) => state.n);
const nothing = sendTask("nothing", {}, () => undefined);
const sends = sendTask("sends", { args: { to: senderOf(i32) } }, () => undefined);
const listens = sendTask("listens", { args: { stop: token } }, () => undefined);
