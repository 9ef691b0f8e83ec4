// Other languages' toolchains as contenders: whether they are there is found out by trying, and their programs are built when a run needs
// them.
import { spawnSync } from "node:child_process";
import { globSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { once, type Requirement } from "./requirements.ts";

const PEERS = fileURLToPath(new URL("../../peers", import.meta.url));
const BUILD = fileURLToPath(new URL("../../build/peers", import.meta.url));
const BUILD_TIMEOUT_MS = 120_000;

/** Go is there. */
export const goToolchain: Requirement = answers("go", "version", "Go (apt-get install golang-go)");

/** A JDK is there. */
export const javaToolchain: Requirement = answers("javac", "--version", "a JDK (apt-get install default-jdk-headless)");

/** Bun is there. */
export const bunProgram: Requirement = answers("bun", "--version", "bun on the PATH (or --runtimes)");

/** Deno is there. */
export const denoProgram: Requirement = answers("deno", "--version", "deno on the PATH (or --runtimes)");

/** Builds the programs in Go as they are released: optimised, which is Go's default. */
export const buildGo: Requirement = once(() => built("go", ["build", "-o", `${BUILD}/go/`, "./..."], `${PEERS}/go`));

/** Compiles the programs in Java to classes, as they are shipped. */
export const buildJava: Requirement = once(() =>
  built("javac", ["-d", `${BUILD}/java`, ...globSync("*.java", { cwd: `${PEERS}/java` })], `${PEERS}/java`),
);

function answers(program: string, question: string, missing: string): Requirement {
  return once(() => (spawnSync(program, [question], { stdio: "ignore" }).status === 0 ? undefined : missing));
}

function built(compiler: string, args: readonly string[], folder: string): string | undefined {
  for (const language of ["go", "java"]) mkdirSync(`${BUILD}/${language}`, { recursive: true });
  const { status, stderr, error } = spawnSync(compiler, args, {
    cwd: folder,
    timeout: BUILD_TIMEOUT_MS,
    encoding: "utf8",
    // Nothing is to be had from a network.
    env: { ...process.env, GOTOOLCHAIN: "local", GOFLAGS: "-mod=mod", GOPROXY: "off" },
  });
  if (status === 0) return undefined;
  return `${compiler} could not build it: ${(error?.message ?? stderr).trim().split("\n").slice(-3).join(" ")}`;
}
