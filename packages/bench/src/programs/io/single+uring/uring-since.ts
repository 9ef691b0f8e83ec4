// The driver's own check of the kernel, counted by the releases that introduced what it tries.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { runOnce } from "../../micro/harness.ts";

const FIRST = "5.1";
const SOCKETS = new Set(["ACCEPT", "CONNECT", "SEND", "RECV"]);
const TIMEOUT_MS = 20_000;

interface Row {
  readonly name: string;
  readonly since: string;
  readonly status: "works" | "absent" | "refused" | "untried";
}

/** What is used here of what `pnpm uring:check --json` prints; its README fixes it. */
interface Check {
  readonly kernel: string;
  readonly tables: readonly { readonly name: string; readonly rows: readonly Row[] }[];
}

await runOnce((_level, operations) => {
  const { kernel, tables } = check();
  const rows = tables.flatMap((table) => table.rows);
  const first = rows.filter(({ since }) => !isAfter(since, FIRST));
  const working = rows.filter(({ status }) => status === "works");
  return {
    result: operations,
    counters: {
      first: first.length,
      firstFailing: first.filter(({ status }) => status !== "works" && status !== "untried").length,
      early: working.filter(({ since }) => isAfter(since, kernel)).length,
      later: working.filter(({ since }) => isAfter(since, FIRST)).length,
      socketsLater: tables
        .filter(({ name }) => name === "operations")
        .flatMap((table) => table.rows)
        .filter(({ name, since }) => SOCKETS.has(name) && isAfter(since, FIRST)).length,
    },
  };
});

function check(): Check {
  const main = fileURLToPath(new URL("./check/main.js", import.meta.resolve("@pollab/io-uring-native")));
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, "--json"], {
    encoding: "utf8",
    timeout: TIMEOUT_MS,
  });
  if (status !== 0) throw new Error(`the check of io_uring failed (exit code ${status}): ${stderr}`);
  return JSON.parse(stdout) as Check;
}

/** Whether one release of Linux came after another: "6.1" is before "6.10", and "6.18.44" is of "6.18". */
function isAfter(release: string, other: string): boolean {
  const [major = 0, minor = 0] = release.split(".").map(Number.parseFloat);
  const [otherMajor = 0, otherMinor = 0] = other.split(".").map(Number.parseFloat);
  return major === otherMajor ? minor > otherMinor : major > otherMajor;
}
