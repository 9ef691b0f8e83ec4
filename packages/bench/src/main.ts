// The command `bench`.
import { prepare } from "./cli/prepare.ts";
import { UsageError } from "./cli/usage-error.ts";
import { MachineError } from "./runner/machine-error.ts";

// Whoever reads may leave, as `head` does: the reports are written all the same.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE" && error.code !== "EIO") throw error;
});

try {
  process.exitCode = await prepare(process.argv.slice(2))();
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`bench: ${error.message}\nSee "pnpm bench --help".\n`);
    process.exitCode = 2;
  } else if (error instanceof MachineError) {
    process.stderr.write(`bench: ${error.message}\n`);
    process.exitCode = 1;
  } else throw error;
}
