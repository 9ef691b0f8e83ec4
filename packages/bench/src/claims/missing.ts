// Why a contender has no numbers.
import type { Run } from "../record/run.ts";

export interface Absence {
  /** The missing thing, from what the run recorded about it: a sentence. */
  readonly because: string;
  /** Whether it was tried here in vain; else the run did not get to it, and another might. */
  readonly wasTried: boolean;
}

/** The sentence alone. */
export function whyMissing(run: Run, scenario: string, contender: string): string {
  return absence(run, scenario, contender).because;
}

/** @param level where it is missing; anywhere in the scenario unless given */
export function absence(run: Run, scenario: string, contender: string, level?: number): Absence {
  const isIt = (record: { readonly scenario: string; readonly contender: string; readonly level?: number }): boolean =>
    record.scenario === scenario &&
    record.contender === contender &&
    (level === undefined || record.level === undefined || record.level === level);
  const skip = run.skipped.find(isIt);
  if (skip !== undefined) {
    return { because: `${scenario}: ${contender} was skipped: ${sentence(skip.reason)}`, wasTried: true };
  }
  const failure = run.failures.find(isIt);
  if (failure !== undefined) {
    return { because: `${scenario}: ${contender} failed: ${sentence(failure.message)}`, wasTried: true };
  }
  const ends = { time: ", whose time was up", interrupted: ", which was interrupted" } as const;
  const end = run.plan.stoppedEarly === false ? "" : ends[run.plan.stoppedEarly];
  return { because: `${scenario}: ${contender} was not observed in this run${end}.`, wasTried: false };
}

/** With a full stop, and with only one. */
export function sentence(text: string): string {
  return `${text.trimEnd().replace(/\.$/, "")}.`;
}
