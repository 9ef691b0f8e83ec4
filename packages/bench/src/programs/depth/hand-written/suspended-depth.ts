import { parameters } from "../../micro/harness.ts";
import { runHolding } from "../../micro/held-bytes.ts";
import { waitingTasks } from "../../micro/waiting-tasks.ts";
import { Gate } from "../gate.ts";
import { nest } from "./link.ts";

const { level } = parameters();

await runHolding(waitingTasks((crowd) => nest(level, new Gate(crowd))));
