// Runs turbo with the facts of this machine that its hashes cannot see: results that were cached with one compiler or
// kernel must not be replayed on another.
import { spawnSync } from "node:child_process";
import { release } from "node:os";

const compiler = spawnSync("cc", ["-dumpfullversion"], { encoding: "utf8" });
const toolchain = compiler.status === 0 ? `cc ${compiler.stdout.trim()}` : "no cc";

const { status, error } = spawnSync("turbo", ["run", ...process.argv.slice(2)], {
  // Progress and build output go to stderr: stdout belongs to the command that follows.
  stdio: ["inherit", 2, 2],
  env: { ...process.env, POLLAB_MACHINE: `${toolchain}; linux ${release()}; node ${process.version}`, TURBO_TELEMETRY_DISABLED: "1" },
});
if (error) {
  console.error(`could not start turbo: ${error.message}\nRun "npx -y pnpm@12 install" first.`);
}
process.exitCode = status ?? 1;
