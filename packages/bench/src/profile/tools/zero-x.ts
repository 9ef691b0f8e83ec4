// 0x: a flamegraph as a page, from a profile of V8. Its own way of recording would take the program's standard output for itself.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { MachineError } from "../../runner/machine-error.ts";
import { runTool } from "./run-tool.ts";
import { toolEnvironment, type ToolPackage } from "./toolbox.ts";

export const ZERO_X: ToolPackage = { name: "0x", version: "6.0.0" };

const PAGE = "0x.html";

/** Leaves a page in the folder that the profile is in, and returns its name. @throws MachineError */
export function drawWithZeroX(program: string, folder: string, profile: string): string {
  const args = ["--quiet", "--visualize-cpu-profile", join(folder, profile), "--output-html", PAGE];
  runTool(program, args, { cwd: folder, environment: toolEnvironment() });
  if (!existsSync(join(folder, PAGE))) {
    throw new MachineError(`0x drew nothing from ${join(folder, profile)}. The other files there are complete.`);
  }
  return PAGE;
}
