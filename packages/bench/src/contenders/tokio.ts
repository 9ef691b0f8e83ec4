// Real tokio as a contender: whether this machine can build it without a network, and building it when a run needs it.
import { spawnSync } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { once, type Requirement } from "./requirements.ts";

const PEER = fileURLToPath(new URL("../../peers/tokio", import.meta.url));
const TARGET = fileURLToPath(new URL("../../build/peers/tokio", import.meta.url));
/** Where Debian's packages put the sources of crates; peers/tokio/.cargo/config.toml sends cargo there. */
const CRATES = "/usr/share/cargo/registry";
const BUILD_TIMEOUT_MS = 300_000;

/** Cargo and the sources of tokio are there. */
export const debianTokio: Requirement = once(() => {
  const hasCargo = spawnSync("cargo", ["--version"], { stdio: "ignore" }).status === 0;
  const hasTokio = existsSync(CRATES) && globSync("tokio-1.*", { cwd: CRATES }).length > 0;
  return hasCargo && hasTokio
    ? undefined
    : "cargo and Debian's librust-tokio-dev (apt-get install cargo librust-tokio-dev)";
});

/** Builds the program, unless it is up to date. */
export const buildTokio: Requirement = once(() => {
  if (!existsSync(TARGET)) process.stderr.write("building the tokio peer, once: this takes half a minute\n");
  const args = ["build", "--release", "--offline", "--quiet", "--target-dir", TARGET];
  const { status, stderr, error } = spawnSync("cargo", args, {
    cwd: PEER,
    timeout: BUILD_TIMEOUT_MS,
    encoding: "utf8",
  });
  if (status === 0) return undefined;
  return `cargo could not build it: ${(error?.message ?? stderr).trim().split("\n").slice(-3).join(" ")}`;
});
