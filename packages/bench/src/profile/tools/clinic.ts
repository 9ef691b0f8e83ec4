// Clinic.js: four tools with one command line, each with a page of its own. They collect while the program runs, and draw from what was
// collected afterwards.
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Command, javascript } from "../../runner/command.ts";
import { MachineError } from "../../runner/machine-error.ts";
import type { Cell } from "../../runner/plan.ts";
import { type Effort, observeUnder, scaled } from "../observe.ts";
import { withNodeFlags } from "./cpu-profile.ts";
import { runTool, shellScript, wordsOf } from "./run-tool.ts";
import { toolEnvironment, type ToolPackage } from "./toolbox.ts";

export const CLINIC: ToolPackage = { name: "clinic", version: "13.0.0" };

export type ClinicTool = "clinic-doctor" | "clinic-flame" | "clinic-bubbleprof" | "clinic-heap";

interface About {
  /** After `clinic`. */
  readonly command: string;
  /** Of the usual effort: some write down every event. */
  readonly share: number;
  /** Looks at what was collected. Says why there is nothing to draw. */
  readonly emptiness: (collected: string) => string | undefined;
  /** Whether it gives the program no standard input, whose end servers of the lab take for a request to stop. */
  readonly closesInput?: true;
}

const LOOP =
  "It looks from Node's event loop, to which a runtime that owns its thread never returns: try a hosted+… contender or node, " +
  "or another tool.";

const TOOLS: Readonly<Record<ClinicTool, About>> = {
  "clinic-doctor": {
    command: "doctor",
    share: 1,
    emptiness: (collected) => (isEmpty(join(collected, "p.clinic-doctor-processstat")) ? LOOP : undefined),
  },
  "clinic-flame": {
    command: "flame",
    share: 0.5,
    emptiness: (collected) =>
      isEmpty(join(collected, "p.clinic-flame-samples"))
        ? "It saw no function: give more time with --times 4."
        : undefined,
  },
  "clinic-bubbleprof": {
    command: "bubbleprof",
    share: 0.01,
    emptiness: (collected) => (isEmpty(join(collected, "p.clinic-bubbleprof-traceevent")) ? LOOP : undefined),
  },
  "clinic-heap": {
    command: "heapprofiler",
    share: 1,
    closesInput: true,
    emptiness: (collected) =>
      hasHeapSamples(collected)
        ? undefined
        : "It sees what is alive when Node's event loop has run empty: a program that exits by itself leaves it nothing, and a runtime that " +
          "owns its thread never returns to that loop. Try a hosted+… contender, or start the program with node --heap-prof.",
  },
};

/** The name of what is collected; each tool adds its own ending. */
const NAME = "p";

/** @param name of an option, perhaps one of these tools */
export function isClinicTool(name: string): name is ClinicTool {
  return Object.hasOwn(TOOLS, name);
}

/** Observes once under the tool, leaves its page in the folder and returns its name. @throws MachineError with what to do */
export async function profileWithClinic(
  tool: ClinicTool,
  program: string,
  cell: Cell,
  folder: string,
  effort: Effort,
  signal: AbortSignal,
): Promise<string> {
  const about = TOOLS[tool];
  const collect = wordsOf({
    ...{ file: program, stopsOn: "end of input" },
    args: [about.command, "--collect-only", "--open=false", "--dest", folder, "--name", NAME, "--"],
  });
  const fifo = about.closesInput === true ? makeFifo(folder) : undefined;
  try {
    const start = (command: Command): Command => underClinic(collect, folder, fifo, command);
    await observeUnder(tool, cell, start, scaled(effort, about.share), signal);
  } finally {
    if (fifo !== undefined) rmSync(fifo, { force: true });
  }
  const collected = join(folder, `${NAME}.clinic-${about.command}`);
  const why = about.emptiness(collected);
  if (why !== undefined) throw new MachineError(`${tool} collected nothing. ${why}`);
  const page = `${tool}.html`;
  const draw = [about.command, "--visualize-only", collected, "--open=false"];
  runTool(program, draw, { cwd: folder, environment: toolEnvironment() });
  if (isEmpty(`${collected}.html`)) throw new MachineError(`${tool} drew nothing from ${collected}.`);
  writeFileSync(join(folder, page), offline(readFileSync(`${collected}.html`, "utf8")));
  rmSync(`${collected}.html`);
  rmSync(collected, { recursive: true, force: true });
  return page;
}

/** Without the fonts that a page would fetch from its makers' site. */
function offline(page: string): string {
  return page.replaceAll("https://clinicjs.org/assets/css/fonts.css", "data:text/css,");
}

function underClinic(collect: readonly string[], folder: string, fifo: string | undefined, command: Command): Command {
  const environment = { ...command.environment, ...toolEnvironment() };
  const start = (script: string, ...words: readonly string[]): readonly string[] => [
    shellScript(script),
    folder,
    ...words,
  ];
  if (fifo === undefined) {
    return {
      ...command,
      file: "sh",
      args: start("under-clinic", ...collect, command.file, ...command.args),
      environment,
    };
  }
  const [preload = ""] = javascript("input-from-fifo").args;
  const { file, args } = withNodeFlags(command, ["--import", preload]);
  return {
    ...{ ...command, file: "sh", args: start("under-clinic-with-input", fifo, ...collect, file, ...args) },
    environment: { ...environment, POLLAB_INPUT: fifo },
  };
}

function makeFifo(folder: string): string {
  const path = join(folder, "input");
  const { status, error } = spawnSync("mkfifo", [path]);
  if (status !== 0) throw new MachineError(`mkfifo could not make ${path}: ${error?.message ?? `exit code ${status}`}`);
  return path;
}

function isEmpty(path: string): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0;
}

/** The profile of an empty heap is JSON all the same. */
function hasHeapSamples(path: string): boolean {
  if (isEmpty(path)) return false;
  try {
    const { samples } = JSON.parse(readFileSync(path, "utf8")) as { samples?: unknown };
    return Array.isArray(samples) && samples.length > 0;
  } catch {
    return false;
  }
}
