// The scenarios that exist for claims, by the claims' subject: a new file is one more line.
import type { Scenario } from "../scenario.ts";
import { held } from "./held.ts";
import { model } from "./model.ts";
import { scheduling } from "./scheduling.ts";

export const claimScenarios: readonly Scenario[] = [...model, ...scheduling, ...held];
