// The scenarios that exist for claims, by the claims' subject: a new file is one more line.
import type { Scenario } from "../scenario.ts";
import { model } from "./model.ts";

export const claimScenarios: readonly Scenario[] = [...model];
