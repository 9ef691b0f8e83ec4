import { asyncFn, type Future } from "@pollab/runtime-core/future";
import { parameters } from "../../micro/harness.ts";
import { runHolding } from "../../micro/held-bytes.ts";
import { type Crowd, waitingTasks } from "../../micro/waiting-tasks.ts";
import { Gate } from "../gate.ts";

const { level } = parameters();

const below: (depth: number, crowd: Crowd) => Future<void> = asyncFn(function* (depth: number, crowd: Crowd) {
  if (depth > 1) yield* below(depth - 1, crowd);
  else yield* new Gate(crowd);
});

await runHolding(waitingTasks((crowd) => below(level, crowd)));
