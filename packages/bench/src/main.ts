// The command `bench`.
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { HELP, listing } from "./cli/help.ts";
import { type Command, parseCommand, UsageError } from "./cli/options.ts";
import { ProgressLine } from "./cli/progress.ts";
import { prepareFolder, writeReports } from "./cli/write-reports.ts";
import { analyse, formatTerminal } from "./report/index.ts";
import { MachineError } from "./runner/machine-error.ts";
import { mouldOf } from "./runner/plan.ts";
import { makeRun } from "./runner/run.ts";

const REPORTS = fileURLToPath(new URL("../../../reports", import.meta.url));

// Whoever reads may leave, as `head` does: the reports are written all the same.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE" && error.code !== "EIO") throw error;
});

try {
  await execute(parseCommand(process.argv.slice(2)));
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`bench: ${error.message}\nSee "pnpm bench --help".\n`);
    process.exitCode = 2;
  } else if (error instanceof MachineError) {
    process.stderr.write(`bench: ${error.message}\n`);
    process.exitCode = 1;
  } else throw error;
}

async function execute(command: Command): Promise<void> {
  switch (command.kind) {
    case "help":
      process.stdout.write(HELP);
      return;
    case "list":
      process.stdout.write(listing());
      return;
    case "run":
      await run(command);
  }
}

async function run({ scenarios, mode, seed, rounds, out = REPORTS }: Command & { kind: "run" }): Promise<void> {
  const mould = rounds === undefined ? mouldOf(mode, scenarios) : { rounds, limitMs: Infinity };
  prepareFolder(out);
  process.stderr.write(`seed ${seed}\n`);
  const interruption = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => interruption.abort());
  const progress = new ProgressLine(process.stderr);
  const result = await makeRun({
    scenarios,
    mode,
    mould,
    seed,
    signal: interruption.signal,
    onProgress: (state) => progress.show(state),
  });
  progress.clear();
  const interrupted = result.plan.stoppedEarly === "interrupted";
  if (interrupted) process.stderr.write(`interrupted: what follows is what was measured until then\n`);
  if (result.observations.length === 0) {
    process.stderr.write("nothing was measured\n");
  } else {
    const analysis = analyse(result);
    process.stdout.write(formatTerminal(result, analysis));
    const folder = writeReports(result, analysis, out);
    process.stdout.write(`\nReports: ${shortest(folder)}/report.html, report.md, run.json\n`);
  }
  process.exitCode = interrupted ? 130 : result.failures.length > 0 || result.observations.length === 0 ? 1 : 0;
}

/** From where the command was started, unless that leads upwards. */
function shortest(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere.startsWith("..") ? path : fromHere;
}
