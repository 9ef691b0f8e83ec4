import { CurrentThread } from "@pollab/executor-single";
import { select, selectBiased } from "@pollab/runtime-core/combinators";
import { asyncFn, ready } from "@pollab/runtime-core/future";
import { runOnce } from "../../micro/harness.ts";

const runtime = new CurrentThread();
const IN_ORDER = 1;

const main = asyncFn(function* (order: number, rounds: number) {
  const wins = { first: 0, second: 0, third: 0 };
  const choose = order === IN_ORDER ? selectBiased : select;
  for (let round = 0; round < rounds; round++) {
    // All three are ready each time.
    const { branch } = yield* choose({ first: ready(1), second: ready(2), third: ready(3) });
    wins[branch]++;
  }
  const shares = { firstShare: wins.first / rounds, lastShare: wins.third / rounds };
  return { result: wins.first + wins.second + wins.third, counters: shares };
});

await runOnce((order, operations) => runtime.blockOn(main(order, operations)));
