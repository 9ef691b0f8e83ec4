// The words that every report shares.
import { MINIMUM_EFFECT } from "../claims/index.ts";
import type { JudgedClaim } from "../claims/index.ts";

/** The question that every report answers. */
export const TITLE = "When is async slower here?";

/** How the figures came about, a paragraph each. */
export const METHOD: readonly string[] = [
  "Each observation is one fresh process. In every round each contender is observed once at every level, in an order drawn from the " +
    "seed, so that what slows the machine for a while slows all of them.",
  "An echo server is kept on one core and its load generator on another, where there are two; everything else may use all cores. " +
    "Node's fs/promises have its default pool of four threads.",
  "Tables show medians over rounds with a seeded bootstrap interval. Comparisons use the ratios within each round, with Student's t " +
    "interval on their logarithms, because a bootstrap over few rounds promises more than it keeps.",
  `A difference counts only where its whole 95 % interval lies beyond ${MINIMUM_EFFECT * 100} % and beyond what two runs of the same ` +
    "program (the A/A pair) differ by at that level. Questions of claims are corrected for the number of all that are asked of the run, and " +
    "the levels of a comparison for theirs (Holm). Who is best is picked from the same figures, without a correction for that.",
  "A crossover N* is named where the levels that count change sides exactly once: in at most 5 % of comparisons is any level counted on " +
    "the wrong side. N* has no p-value of its own, and comparisons are not corrected for how many there are. It is interpolated between levels on " +
    "logarithmic scales; its interval is Fieller's, all the points at which the two may still be equal. N* rests on ratios within rounds, " +
    "so it can lie slightly beside the point at which two lines of medians cross.",
  "User and system time are sampled by the kernel's clock tick and therefore summed over all rounds before dividing. Latency is what the " +
    "load generator saw: with one thread that serves one connection after the other, later connections wait unseen.",
];

/** A verdict, and whether it is one about all that is claimed. */
export function answered(verdict: string, { inPart }: Pick<JudgedClaim, "inPart">): string {
  return inPart === true ? `${verdict}, asked in part` : verdict;
}

/** What was tested of a claim. */
export function tested({ predicate, inPart }: JudgedClaim): string {
  return inPart === true ? `${predicate} This quick run asked only part of that.` : predicate;
}
