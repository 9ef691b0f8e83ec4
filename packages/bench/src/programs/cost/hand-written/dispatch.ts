// Polls at one call site that sees so many classes of futures, each in turn.
import { Context, type Poll } from "@pollab/runtime-core/future";
import { CurrentThread } from "@pollab/executor-single";
import { run } from "../../micro/harness.ts";
import { futureClasses } from "../future-classes.ts";

const cx = new Context({ wake() {} }, new CurrentThread());
const classes = new Map<number, ReturnType<typeof futureClasses>>();

await run((kinds, operations) => {
  const known = classes.get(kinds) ?? futureClasses(kinds);
  classes.set(kinds, known);
  const futures = known.map((Class) => new Class());
  let sum = 0;
  let next = 0;
  for (let poll = 0; poll < operations; poll++) {
    const result: Poll<number> | undefined = futures[next]?.poll(cx);
    if (typeof result === "number") sum += result;
    next = next + 1 === kinds ? 0 : next + 1;
  }
  return sum;
});
