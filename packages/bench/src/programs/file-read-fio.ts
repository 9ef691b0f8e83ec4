// fio on the same file, as its users would have it: one job that reads blocks at random, without the histograms that cost it time. Its
// ring knows the file and the memory beforehand. What it reads it does not check.
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { print } from "./self-measured.ts";
import { BLOCK_BYTES } from "./files/positions.ts";

const TIMEOUT_MS = 25_000;

const { values } = parseArgs({
  options: {
    engine: { type: "string", default: "" },
    file: { type: "string", default: "" },
    depth: { type: "string", default: "1" },
    operations: { type: "string", default: "0" },
    warmup: { type: "string", default: "0" },
    seed: { type: "string", default: "1" },
    access: { type: "string", default: "cached" },
  },
});

/** What is used here of fio's report; times are in ms and shares in per cent. */
interface Report {
  readonly jobs: readonly {
    readonly usr_cpu: number;
    readonly sys_cpu: number;
    readonly read: { readonly total_ios: number; readonly runtime: number; readonly iops: number };
  }[];
}

const { status, stdout, stderr } = spawnSync(
  "fio",
  [
    ...["--name=reads", "--readonly", "--rw=randread", `--filename=${values.file}`, `--bs=${BLOCK_BYTES}`],
    ...[
      "--thread",
      "--norandommap",
      `--randseed=${values.seed}`,
      `--io_size=${Number(values.operations) * BLOCK_BYTES}`,
    ],
    ...["--invalidate=0", `--direct=${values.access === "direct" ? 1 : 0}`, "--gtod_reduce=1", "--output-format=json"],
    ...(values.engine === "io_uring"
      ? [
          ...["--ioengine=io_uring", `--iodepth=${values.depth}`, "--registerfiles=1", "--fixedbufs=1"],
          // As the other programs: all that has completed is asked for anew by one call.
          ...[`--iodepth_batch_submit=${values.depth}`, "--iodepth_batch_complete_min=1"],
          ...[`--iodepth_batch_complete_max=${values.depth}`],
        ]
      : ["--ioengine=psync"]),
  ],
  { encoding: "utf8", timeout: TIMEOUT_MS },
);
if (status !== 0) throw new Error(`fio failed (exit code ${status}): ${stderr.trim() || stdout.slice(0, 500)}`);
const { jobs } = JSON.parse(stdout.slice(stdout.indexOf("{"))) as Report;
const [job] = jobs;
if (job === undefined) throw new Error("fio reports no job");
const { total_ios: operations, iops } = job.read;
// The rate is of a finer clock than the runtime.
const elapsedNs = (operations / iops) * 1e9;
const [cpuUserNs, cpuSystemNs] = [(job.usr_cpu / 100) * elapsedNs, (job.sys_cpu / 100) * elapsedNs];
print({ operations, elapsedNs, cpuNs: cpuUserNs + cpuSystemNs, cpuUserNs, cpuSystemNs });
