import { CurrentThread } from "@pollab/executor-single";
import { run } from "../harness.ts";
import { JoinSum } from "./join-sum.ts";
import { Yielding } from "./yielding.ts";

const runtime = new CurrentThread();

await run((tasks, operations) => runtime.blockOn(new JoinSum(tasks, () => new Yielding(operations / tasks))));
