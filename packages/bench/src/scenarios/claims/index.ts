// The scenarios that exist for claims, by the claims' subject: a new file is one more line.
import type { Scenario } from "../scenario.ts";
import { compile } from "./compile.ts";
import { cost } from "./cost.ts";
import { cpuBound } from "./cpu-bound.ts";
import { depth } from "./depth.ts";
import { flow } from "./flow.ts";
import { held } from "./held.ts";
import { model } from "./model.ts";
import { parallel } from "./parallel.ts";
import { scheduling } from "./scheduling.ts";
import { sleepers } from "./sleepers.ts";
import { stacks } from "./stack-traces.ts";
import { startUp } from "./start-up.ts";

export const claimScenarios: readonly Scenario[] = [
  ...model,
  ...scheduling,
  ...depth,
  ...held,
  ...flow,
  ...sleepers,
  startUp,
  ...cost,
  cpuBound,
  ...parallel,
  compile,
  ...stacks,
];
