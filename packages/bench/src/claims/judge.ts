// From the ledger and a run to verdicts, with the answers corrected for how many questions were asked.
import type { Run } from "../record/run.ts";
import { holm, moreRoundsFor } from "../statistics/index.ts";
import type { Claim } from "./claim.ts";
import { Evidence } from "./evidence.ts";
import { Scatter } from "./scatter.ts";
import type { Samples } from "./samples.ts";
import type { JudgedClaim, Part, SamplePointer } from "./verdict.ts";
import { combine } from "./verdict.ts";

/** The chance that any verdict of a ledger is wrong by scatter alone. */
const LEDGER_LEVEL = 0.05;

/** The claims that a run can answer: those that it was made for, or else those whose every scenario it had, but for what is asked beside. */
export function answerable(run: Run, ledger: readonly Claim[]): readonly Claim[] {
  const asked = run.plan.claims;
  if (asked !== undefined) return ledger.filter(({ id }) => asked.includes(id));
  const names = new Set(run.scenarios.map(({ name }) => name));
  return ledger.filter(({ needs }) => needs.every(({ scenario, beside }) => beside === true || names.has(scenario)));
}

/** The verdicts of a run. The same run gives the same verdicts. */
export function judgeClaims(run: Run, samples: Samples, claims: readonly Claim[]): JudgedClaim[] {
  const gathering = new Scatter();
  const judgeAll = (scatter: Scatter): { claim: Claim; parts: readonly Part[] }[] =>
    claims.map((claim) => ({ claim, parts: claim.judge(new Evidence(run, samples, claim.minimumEffect, scatter)) }));
  judgeAll(gathering);
  const judged = judgeAll(gathering.gathered()).map(({ claim, parts }) => ({
    claim,
    parts: parts.filter((part) => !isLeftOut(run, part)),
    inPart: parts.some((part) => isLeftOut(run, part)),
  }));
  const corrected = correct(judged.flatMap(({ parts }) => parts));
  let taken = 0;
  return judged.map(({ claim, parts, inPart }) => {
    const own = corrected.slice(taken, (taken += parts.length));
    return summarise(claim, own, inPart);
  });
}

/**
 * What a quick run does not ask has no trace in it, and whatever it asks it has tried once when its first round is complete. What is not in
 * one shard may be in another.
 */
function isLeftOut(run: Run, { rounds, verdict, samples }: Part): boolean {
  const { completedRounds, mode, shard } = run.plan;
  if (mode !== "quick" || completedRounds === 0 || shard !== undefined) return false;
  const isUnanswered = rounds === 0 && verdict === "inconclusive";
  return isUnanswered && (samples.length === 0 || samples.some((place) => !isObserved(run, place)));
}

function isObserved({ observations }: Run, { scenario, contender, level }: SamplePointer): boolean {
  return observations.some(
    (each) => each.scenario === scenario && each.contender === contender && each.level === level,
  );
}

function summarise(claim: Claim, parts: readonly Part[], inPart: boolean): JudgedClaim {
  const { id, source, statement, predicate, minimumEffect } = claim;
  const isTokios = ({ contender }: Part): boolean => /^tokio\b/.test(contender);
  const tokios = parts.filter(isTokios);
  const others = parts.filter((part) => !isTokios(part));
  return {
    ...{ id, source, statement, predicate, minimumEffect, parts },
    verdict: combine(others.length > 0 ? others : tokios),
    ...(others.length > 0 && tokios.length > 0 ? { onTokio: combine(tokios) } : {}),
    ...(inPart ? { inPart: true as const } : {}),
    command: `pnpm bench claims ${id}`,
  };
}

/** Answers that scatter may have given, once all questions are counted, are taken back. */
function correct(parts: readonly Part[]): Part[] {
  const tested = parts.flatMap(({ p }, index) => (p === undefined ? [] : [{ p, index }]));
  const adjusted = new Map(holm(tested.map(({ p }) => p)).map((p, order) => [tested[order]?.index, p]));
  return parts.map((part, index) => {
    const adjustedP = adjusted.get(index);
    if (adjustedP === undefined) return part;
    const isDecided = part.verdict === "supported" || part.verdict === "contradicted";
    if (isDecided && adjustedP <= LEDGER_LEVEL) return { ...part, adjustedP };
    const needed = part.question && moreRoundsFor(part.question, LEDGER_LEVEL / tested.length);
    const moreRounds = needed === undefined ? {} : { moreRounds: needed };
    if (!isDecided) return { ...part, adjustedP, ...moreRounds };
    const because = `${part.because} Among ${tested.length} questions asked of one run that is not enough (Holm).`;
    return { ...part, adjustedP, verdict: "inconclusive", because, ...moreRounds };
  });
}
