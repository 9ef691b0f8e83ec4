// Runs turbo with the facts of this machine that its hashes cannot see: results that were cached with one compiler,
// kernel or Node.js must not be replayed on another.
import { spawnSync } from "node:child_process";
import { release } from "node:os";
import { findCompiler } from "./compiler.ts";

const machine = [findCompiler()?.version ?? "no C compiler", `Linux ${release()}`, `Node.js ${process.version}`];

// The tools colour what goes into turbo's pipe; whether it ends on a terminal is known only here.
const colour = process.stdout.isTTY ? {} : { NO_COLOR: "1" };

const { status, error } = spawnSync("turbo", ["run", ...process.argv.slice(2)], {
  stdio: "inherit",
  env: { ...process.env, ...colour, POLLAB_MACHINE: machine.join("; "), TURBO_TELEMETRY_DISABLED: "1" },
});
if (error !== undefined) console.error(`Cannot start turbo: ${error.message}\nRun "npx -y pnpm@12 install" first.`);
process.exitCode = status ?? 1;
