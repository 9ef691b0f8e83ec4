// The program behind `pnpm uring:check`: the report on stdout, mistakes on stderr.
import { HELP, parseCommand, UsageError } from "./command-line.ts";
import { inspect } from "./inspect.ts";
import { render } from "./render.ts";

const USABLE = 0;
const MISTAKE = 1;
const UNUSABLE = 2;

function main(args: readonly string[]): number {
  const command = parseCommand(args);
  if (command === "help") {
    process.stdout.write(HELP);
    return USABLE;
  }
  const report = inspect();
  process.stdout.write(command === "json" ? `${JSON.stringify(report, undefined, 2)}\n` : render(report));
  return report.usable ? USABLE : UNUSABLE;
}

// Whoever read the report may have seen enough of it; otherwise it could not be written.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") return;
  process.stderr.write(`the report could not be written: ${error.message}\n`);
  process.exitCode = MISTAKE;
});

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = MISTAKE;
}
