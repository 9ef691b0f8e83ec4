import { CurrentThread } from "@pollab/executor-single";
import { joinAll } from "@pollab/runtime-core/combinators";
import { asyncFn } from "@pollab/runtime-core/future";
import { sleep } from "@pollab/runtime-core/time";
import { joinSum } from "../../micro/coroutine/join-sum.ts";
import { runOnce } from "../../micro/harness.ts";
import { asked, IN_SEQUENCE, JOINED, QUERY_MS } from "../waits.ts";

const runtime = new CurrentThread();

const query = asyncFn(function* () {
  yield* sleep(QUERY_MS);
  return 1;
});

const main = asyncFn(function* (level: number, times: number) {
  const { queries, way } = asked(level);
  let answers = 0;
  for (let time = 0; time < times; time++) {
    if (way === IN_SEQUENCE) for (let i = 0; i < queries; i++) answers += yield* query();
    else if (way === JOINED) answers += (yield* joinAll(Array.from({ length: queries }, query))).length;
    else answers += yield* joinSum(queries, query);
  }
  return answers / queries;
});

await runOnce((level, operations) => runtime.blockOn(main(level, operations)));
