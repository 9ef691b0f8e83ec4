// A contender: a way to run work, and what it needs of the machine.
import type { ContenderRecord } from "../record/run.ts";
import type { Requirement } from "./requirements.ts";

export interface Contender extends ContenderRecord {
  readonly needs: readonly Requirement[];
  /** What has to be made before a run, in order, once the needs are met; it too can turn out to be impossible. */
  readonly prepare?: readonly Requirement[];
}
