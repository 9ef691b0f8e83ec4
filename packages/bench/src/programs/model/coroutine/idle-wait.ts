import { CurrentThread } from "@pollab/executor-single";
import { sleep } from "@pollab/runtime-core/time";
import { runOnce } from "../../micro/harness.ts";
import { cpuShare } from "../cpu-share.ts";

const runtime = new CurrentThread();

await runOnce((waitMs) => cpuShare(() => runtime.blockOn(sleep(waitMs))));
