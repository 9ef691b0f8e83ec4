// The ledger as tables: each claim and each of its parts with all that its verdict rests on.
import { quantity } from "../claims/index.ts";
import type { JudgedClaim, Part } from "../claims/index.ts";
import type { Grid, GridCell } from "./grid.ts";
import { answered, tested } from "./prose.ts";

/** One row for each claim, and one for each of its parts. */
export function claimsGrid(claims: readonly JudgedClaim[]): Grid {
  return {
    title: "Claims",
    content: "text",
    columns: ["claim", ...COLUMNS],
    rows: claims.flatMap((claim) => {
      const { id, verdict, onTokio, parts, command } = claim;
      const tokio = onTokio === undefined ? "" : ` (on tokio: ${onTokio})`;
      return [
        [
          { text: id },
          { text: `${answered(verdict, claim)}${tokio}` },
          { text: `${tested(claim)} (${command})` },
          ...Array.from({ length: 5 }, (): GridCell => ({ text: "" })),
        ],
        ...parts.map(partRow),
      ];
    }),
  };
}

/** The parts of one claim. */
export function partsGrid({ id, parts }: JudgedClaim): Grid {
  return {
    title: `Answers to ${id}`,
    content: "text",
    columns: ["answer about", ...COLUMNS],
    rows: parts.map(partRow),
  };
}

const COLUMNS = [
  "verdict",
  "because",
  "effect (95 % interval)",
  "asked",
  "adjusted p",
  "rounds",
  "more rounds",
] as const;

function partRow(part: Part): GridCell[] {
  const { subject, verdict, because, rounds, adjustedP, moreRounds } = part;
  return [
    subject,
    verdict,
    because,
    effectText(part),
    askedText(part),
    adjustedP === undefined ? "–" : adjustedP.toFixed(3),
    String(rounds),
    moreRounds === undefined ? "–" : String(moreRounds),
  ].map((text) => ({ text }));
}

function effectText({ effect }: Part): string {
  if (effect === undefined) return "–";
  const { estimate, unit } = effect;
  const value = quantity(estimate.value, unit);
  if (!Number.isFinite(estimate.high) || !Number.isFinite(estimate.low)) return value;
  return `${value} (${quantity(estimate.low, unit)} to ${quantity(estimate.high, unit)})`;
}

function askedText({ effect, asked }: Part): string {
  if (effect === undefined || asked === undefined) return "–";
  const { low, high } = asked;
  const [least, most] = [low, high].map((bound) => (bound === undefined ? undefined : quantity(bound, effect.unit)));
  if (least !== undefined && most !== undefined) return `${least} to ${most}`;
  return least === undefined ? `at most ${most ?? "–"}` : `at least ${least}`;
}
