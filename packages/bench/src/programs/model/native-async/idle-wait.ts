import { setTimeout } from "node:timers/promises";
import { runOnce } from "../../micro/harness.ts";
import { cpuShare } from "../cpu-share.ts";

await runOnce(async (waitMs) => cpuShare(() => setTimeout(waitMs)));
