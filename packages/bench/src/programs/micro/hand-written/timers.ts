import { CurrentThread } from "@pollab/executor-single";
import { sleep } from "@pollab/runtime-core/time";
import { realDelayMs } from "../delays.ts";
import { run } from "../harness.ts";
import { JoinSum } from "./join-sum.ts";
import { Sleeping } from "./sleeping.ts";

const runtime = new CurrentThread();

await run((_level, sleeps) => runtime.blockOn(new JoinSum(sleeps, (index) => new Sleeping(sleep(realDelayMs(index))))));
