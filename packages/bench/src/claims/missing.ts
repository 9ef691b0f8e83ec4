// Why a contender has no numbers.
import type { Run } from "../record/run.ts";

/**
 * A sentence that names the missing thing, from what the run recorded about it.
 *
 * @param level where it is missing; anywhere in the scenario unless given
 */
export function whyMissing(run: Run, scenario: string, contender: string, level?: number): string {
  const isIt = (record: { readonly scenario: string; readonly contender: string; readonly level?: number }): boolean =>
    record.scenario === scenario &&
    record.contender === contender &&
    (level === undefined || record.level === undefined || record.level === level);
  const skip = run.skipped.find(isIt);
  if (skip !== undefined) return `${scenario}: ${contender} was skipped: ${sentence(skip.reason)}`;
  const failure = run.failures.find(isIt);
  if (failure !== undefined) return `${scenario}: ${contender} failed: ${sentence(failure.message)}`;
  return `${scenario}: ${contender} was not observed in this run.`;
}

/** With a full stop, and with only one. */
export function sentence(text: string): string {
  return `${text.trimEnd().replace(/\.$/, "")}.`;
}
