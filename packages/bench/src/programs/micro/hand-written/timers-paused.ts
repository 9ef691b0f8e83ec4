import { CurrentThread } from "@pollab/executor-single";
import { PausedClock, sleep } from "@pollab/runtime-core/time";
import { virtualDelayMs } from "../delays.ts";
import { run } from "../harness.ts";
import { JoinSum } from "./join-sum.ts";
import { Sleeping } from "./sleeping.ts";

const runtime = new CurrentThread({ clock: new PausedClock() });

await run((_level, sleeps) =>
  runtime.blockOn(new JoinSum(sleeps, (index) => new Sleeping(sleep(virtualDelayMs(index, sleeps))))),
);
