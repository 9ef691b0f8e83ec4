// A contender: a way to run work, and what it needs of the machine.
import type { ContenderRecord } from "../record/run.ts";
import type { Requirement } from "./requirements.ts";

export interface Contender extends ContenderRecord {
  readonly needs: readonly Requirement[];
}
