// `bench claims`: measures what claims need, and says what became of them; or says it again of a run that was recorded.
import { answerable, judgeClaims, ledger, Samples } from "../../claims/index.ts";
import type { Claim } from "../../claims/index.ts";
import type { Run } from "../../record/run.ts";
import { formatLedger } from "../../report/index.ts";
import { claimsMould } from "../../runner/mould.ts";
import { neededBy } from "../../runner/needs.ts";
import { scenarios } from "../../scenarios/index.ts";
import { hint } from "../arguments.ts";
import type { Command } from "../command.ts";
import { measureAndReport, MEASURING_FLAGS, measuringOf } from "../measuring.ts";
import { readRun } from "../read-run.ts";
import { UsageError } from "../usage-error.ts";

export const claims: Command = {
  name: "claims",
  usage: "claims [ID...] [options]",
  summary: "Tests the claims of the ledger, or those with these ids.",
  flags: {
    ...MEASURING_FLAGS,
    from: { type: "string", value: "FILE", help: "derives the verdicts again from a run.json, and measures nothing" },
  },
  prepare(args) {
    const chosen = chosenClaims(args.positionals);
    const file = args.text("from", "a run.json");
    if (file !== undefined) {
      for (const flag of Object.keys(MEASURING_FLAGS)) args.exclude("from", flag);
      return () => {
        process.stdout.write(verdicts(readRun(file), chosen));
        return 0;
      };
    }
    const { mode, seed, rounds, out } = measuringOf(args);
    const needed = neededBy(chosen, scenarios, mode);
    const ids = chosen.map(({ id }) => id);
    const mould = claimsMould(mode, rounds);
    return () => measureAndReport({ ...needed, claims: ids, mode, mould, seed }, out, (run) => verdicts(run, chosen));
  },
};

/** The claims with these ids, or all. @throws UsageError */
function chosenClaims(ids: readonly string[]): readonly Claim[] {
  if (ids.length === 0) return ledger;
  const known = ledger.map(({ id }) => id);
  const asked = ids.map((id) => id.toUpperCase());
  for (const id of asked) {
    if (!known.includes(id)) throw new UsageError(`there is no claim "${id}"${hint(id, known)}`);
  }
  return ledger.filter(({ id }) => asked.includes(id));
}

function verdicts(run: Run, chosen: readonly Claim[]): string {
  return formatLedger(run, judgeClaims(run, new Samples(run), answerable(run, chosen)));
}
