import { asyncFn } from "@pollab/runtime-core/future";
import { parameters } from "../../micro/harness.ts";
import { runHolding } from "../../micro/held-bytes.ts";
import { waitingTasks } from "../../micro/waiting-tasks.ts";
import { generatorWith } from "../locals.ts";
import { Wait } from "../wait.ts";

const task = asyncFn(generatorWith(parameters().level));
let started = 0;

await runHolding(
  waitingTasks((crowd) =>
    task(started++, new Wait(crowd), (sum) => {
      if (sum >= 0) crowd.finished++;
    }),
  ),
);
