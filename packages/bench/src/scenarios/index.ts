// The registry of scenarios: a new one is one more line.
import { awaitCall, awaitResume } from "./await.ts";
import { echo } from "./echo.ts";
import { fileRead } from "./file-read.ts";
import { claimScenarios } from "./claims/index.ts";
import { ioScenarios } from "./io/index.ts";
import { micro } from "./micro/index.ts";
import type { Scenario } from "./scenario.ts";

export const scenarios: readonly Scenario[] = [
  echo,
  fileRead,
  awaitCall,
  awaitResume,
  ...micro,
  ...ioScenarios,
  ...claimScenarios,
];

export type { Entrant, Measurement, RunSetup, Scenario } from "./scenario.ts";
