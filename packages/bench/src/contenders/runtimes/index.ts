// The runtimes that JavaScript contenders can be measured under as well, and those contenders under them: "coroutine @bun" is the very
// program of "coroutine", run by Bun. They take part only when they are asked for.
import { spawnSync } from "node:child_process";
import { javascript } from "../../runner/command.ts";
import type { Contender } from "../contender.ts";
import { nativeCode, once, type Requirement } from "../requirements.ts";
import { installable, type Runtime } from "./install.ts";
import { pinnedRuntimes } from "./pinned.ts";
import { under } from "./under.ts";

const TRIAL_TIMEOUT_MS = 20_000;

/** All that there are. */
export const runtimes: readonly Runtime[] = pinnedRuntimes.map((pinned) => installable(pinned));

/** What a contender is called under a runtime. */
export function nameUnder(contender: string, runtime: Pick<Runtime, "name">): string {
  return `${contender} @${runtime.name}`;
}

/** The contenders under each runtime. Those that no JavaScript runtime runs are never asked for, as no scenario has a program of theirs. */
export function underRuntimes(contenders: readonly Contender[], others: readonly Runtime[] = runtimes): Contender[] {
  return contenders
    .filter(({ kind }) => kind !== "limit")
    .flatMap((contender) => others.map((runtime) => contenderUnder(contender, runtime)));
}

function contenderUnder(contender: Contender, runtime: Runtime): Contender {
  const { name, title, version } = runtime;
  return {
    ...contender,
    name: nameUnder(contender.name, runtime),
    description: `${contender.description}; under ${title} ${version}`,
    runtime: { name, title, version },
    prepare: [runtime.install, ...(contender.prepare ?? []), ...trialsOf(contender, runtime)],
  };
}

/** Whether a runtime can run native code of the kind that a contender needs is found out by trying. */
function trialsOf({ name, needs }: Contender, runtime: Runtime): Requirement[] {
  if (!needs.includes(nativeCode)) return [];
  return [
    driverTrial(runtime, name.startsWith("hosted") ? "hosted" : "owned", name.includes("uring") ? "uring" : "epoll"),
  ];
}

function driverTrial(runtime: Runtime, way: "owned" | "hosted", driver: "epoll" | "uring"): Requirement {
  return once(() => {
    const { file, args, environment } = under(runtime, javascript("try-driver", way, driver));
    const { status, error, stderr } = spawnSync(file, args, {
      env: { ...process.env, ...environment },
      encoding: "utf8",
      stdio: ["ignore", "ignore", "pipe"],
      timeout: TRIAL_TIMEOUT_MS,
    });
    if (status === 0) return undefined;
    const lines = stderr.split("\n").filter((line) => /error|panic|unsupported/i.test(line));
    const why = error?.message ?? (lines.at(-1) ?? stderr).trim();
    return `${runtime.title} ${runtime.version} does not run the ${driver} driver ${way === "hosted" ? "in its event loop" : "on a thread of its own"}: ${why}`;
  });
}

export type { Runtime } from "./install.ts";
export { under } from "./under.ts";
