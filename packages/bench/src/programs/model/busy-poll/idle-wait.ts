import { busyBlockOn } from "@pollab/executor-single";
import { sleep } from "@pollab/runtime-core/time";
import { runOnce } from "../../micro/harness.ts";
import { cpuShare } from "../cpu-share.ts";

await runOnce((waitMs) => cpuShare(() => busyBlockOn(sleep(waitMs))));
