// How long a process of each language takes until it says its first line.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { STANDARD } from "../../record/metric.ts";
import { type Command, javascript, native } from "../../runner/command.ts";
import type { Entrant, Measurement, Scenario } from "../scenario.ts";
import { commandsIn } from "./languages.ts";

const STARTS = 3;
/** What every program says. */
const SAID = "started";

const commands: Readonly<Record<string, () => Command>> = {
  c: () => native("first-line"),
  tokio: () => native("peers/tokio/release/tokio-peer", "first-line", "1", "1", "0"),
  node: () => javascript("languages/first-line"),
  coroutine: () => javascript("languages/first-line-of-runtime"),
  ...commandsIn({
    ...{ javascript: "languages/first-line", python: "first_line" },
    ...{ go: "first-line", java: "FirstLine" },
  }),
};

const entrant = (command: () => Command): Entrant => ({ command, operations: () => STARTS, warmup: () => 1 });

export const startUp: Scenario = {
  name: "start-up",
  isolates: "Starting a process and waiting for its first line; the file cache has the program already.",
  factor: "programs",
  levels: [1],
  quickLevels: [1],
  operation: "start",
  metrics: [STANDARD.time],
  group: "claims",
  entrants: Object.fromEntries(Object.entries(commands).map(([name, command]) => [name, entrant(command)])),
  async observe(each, level, { signal }): Promise<Measurement> {
    const command = each.command(level);
    const operations = each.operations(level);
    for (let i = 0; i < each.warmup(level); i++) await firstLineNs(command, signal);
    let elapsedNs = 0;
    for (let i = 0; i < operations; i++) elapsedNs += await firstLineNs(command, signal);
    // Its processes end before they could be asked what they used.
    return { operations, elapsedNs, cpuNs: 0, cpuUserNs: 0, cpuSystemNs: 0 };
  },
};

/** Started directly: a wrapper would be part of what is measured. */
async function firstLineNs({ file, args }: Command, signal: AbortSignal): Promise<number> {
  const began = process.hrtime.bigint();
  const child = spawn(file, args, { stdio: ["ignore", "pipe", "inherit"], signal, timeout: 10_000 });
  const ended = once(child, "close");
  const said = await new Promise<string>((resolve, reject) => {
    child.once("error", reject);
    child.stdout
      .setEncoding("utf8")
      .once("data", resolve)
      .once("end", () => resolve("nothing"));
  });
  const elapsedNs = Number(process.hrtime.bigint() - began);
  await ended;
  if (said.trim() !== SAID) throw new Error(`${file} said ${JSON.stringify(said)} where "${SAID}" was expected`);
  return elapsedNs;
}
