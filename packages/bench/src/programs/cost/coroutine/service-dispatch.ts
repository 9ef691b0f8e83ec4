// Calls of a service through its interface, at a call site that sees so many classes of services.
import { CurrentThread } from "@pollab/executor-single";
import { asyncFn, type Future, ready } from "@pollab/runtime-core/future";
import type { Service } from "@pollab/runtime-core/service";
import { runInThisContext } from "node:vm";
import { run } from "../../micro/harness.ts";

type Doubling = Service<number, number>;

function services(count: number): Doubling[] {
  return Array.from({ length: count }, (_, kind) => {
    const source = `(ready) => new (class Service${kind} {
      field${kind} = 2;
      call(request) { return ready(request * this.field${kind}); }
    })()`;
    return (runInThisContext(source) as (ready: (value: number) => Future<number>) => Doubling)(ready);
  });
}

const runtime = new CurrentThread();
const known = new Map<number, Doubling[]>();

const main = asyncFn(function* (all: readonly Doubling[], calls: number) {
  let sum = 0;
  let next = 0;
  for (let call = 0; call < calls; call++) {
    const one = all[next];
    if (one !== undefined) sum += yield* one.call(call);
    next = next + 1 === all.length ? 0 : next + 1;
  }
  return sum;
});

await run((kinds, operations) => {
  const all = known.get(kinds) ?? services(kinds);
  known.set(kinds, all);
  return runtime.blockOn(main(all, operations));
});
