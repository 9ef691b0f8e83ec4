// One session in which two commits are measured: a single run, in which every cell is observed of both, close together and in random order,
// and which then falls into two runs that know they belong together.
import { randomUUID } from "node:crypto";
import type { Run } from "../../record/run.ts";
import type { Cell } from "../../runner/plan.ts";
import { type BasePrograms, nameOfBase } from "./base-programs.ts";

/** What is observed in place of a cell: itself, and the other commit's. */
export function bothOf(programs: BasePrograms): (cell: Cell) => readonly Cell[] {
  return (cell) => [cell, programs.variantOf(cell)];
}

/**
 * The two runs of a session.
 *
 * @param commit of the contenders that are marked as the other commit's
 * @param remarks what to know of their programs
 */
export function splitSession(run: Run, commit: string, remarks: readonly string[]): { base: Run; head: Run } {
  const plan = { ...run.plan, session: randomUUID() };
  const { environment, contenders, observations, failures, skipped } = run;
  return {
    base: {
      ...run,
      plan,
      environment: {
        ...environment,
        git: { commit, dirty: false },
        warnings: [...environment.warnings, ...remarks],
      },
      contenders: contenders.flatMap(({ twinOf, ...contender }) => {
        const [name, twin] = [nameOfBase(contender.name), twinOf === undefined ? undefined : nameOfBase(twinOf)];
        return name === undefined ? [] : [{ ...contender, name, ...(twin === undefined ? {} : { twinOf: twin }) }];
      }),
      observations: ofBase(observations),
      failures: ofBase(failures),
      // Who could not take part has no observation of either commit.
      skipped: skipped.filter(({ contender }) => contenders.some(({ name }) => nameOfBase(name) === contender)),
    },
    head: {
      ...run,
      plan,
      contenders: contenders.filter(({ name }) => nameOfBase(name) === undefined),
      observations: ofHead(observations),
      failures: ofHead(failures),
    },
  };
}

function ofBase<Each extends { readonly contender: string }>(all: readonly Each[]): Each[] {
  return all.flatMap((each) => {
    const contender = nameOfBase(each.contender);
    return contender === undefined ? [] : [{ ...each, contender }];
  });
}

function ofHead<Each extends { readonly contender: string }>(all: readonly Each[]): Each[] {
  return all.filter(({ contender }) => nameOfBase(contender) === undefined);
}
