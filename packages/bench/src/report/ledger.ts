// The ledger for a terminal: each claim with its verdict, its parts and what settles what is open, and a count of the verdicts last.
import { styleText } from "node:util";
import type { JudgedClaim, Part, Verdict } from "../claims/index.ts";
import type { Run } from "../record/run.ts";
import { answered, tested } from "./prose.ts";
import { wrap, wrapIndented } from "./wrap.ts";

/** Claims that were judged from the run. */
export function formatLedger(run: Run, claims: readonly JudgedClaim[]): string {
  if (claims.length === 0) return "The run has nothing that these claims need.\n";
  const { completedRounds, rounds, stoppedEarly } = run.plan;
  const end = stoppedEarly === false ? "" : ` (${stoppedEarly === "time" ? "its time was up" : "interrupted"})`;
  return `${[
    ...claims.map(claimBlock),
    summary(claims),
    styleText(
      "dim",
      `seed ${run.seed}, ${completedRounds} of ${rounds} rounds${end}, ${Math.round(run.elapsedMs / 1000)} s`,
    ),
  ].join("\n\n")}\n`;
}

function claimBlock(claim: JudgedClaim): string {
  const { id, source, statement, verdict, onTokio, parts, command } = claim;
  const tokio = onTokio === undefined ? "" : ` (on tokio: ${onTokio})`;
  return [
    `${styleText(["bold", COLOURS[verdict]], `${id}: ${answered(verdict, claim)}${tokio}`)}  ${styleText("dim", source)}`,
    wrapIndented(statement, 2),
    styleText("dim", wrapIndented(`Tested: ${tested(claim)}`, 2)),
    ...parts.map((part) => wrap(`${part.verdict}: ${part.because}${settled(part)}`, 4)),
    styleText("dim", wrapIndented(command, 2)),
  ].join("\n");
}

function settled({ moreRounds, rounds }: Part): string {
  if (moreRounds === undefined) return "";
  const more = moreRounds === 1 ? "one more round" : `${moreRounds} more rounds`;
  return ` About ${more} would settle it (--rounds ${rounds + moreRounds}).`;
}

function summary(claims: readonly JudgedClaim[]): string {
  const counts = Map.groupBy(claims, ({ verdict }) => verdict);
  const words = [...counts].map(([verdict, those]) => `${those.length} ${verdict}`);
  return `${claims.length} ${claims.length === 1 ? "claim" : "claims"}: ${words.join(", ")}.`;
}

const COLOURS = {
  supported: "green",
  contradicted: "red",
  mixed: "yellow",
  inconclusive: "yellow",
  "not runnable here": "gray",
} as const satisfies Record<Verdict, string>;
