// `bench claims`: measures what claims need, and says what became of them; or says it again of a run that was recorded.
import { styleText } from "node:util";
import { answerable, judgeClaims, ledger, runtimesIn, Samples, underRuntime } from "../../claims/index.ts";
import type { Claim, JudgedClaim } from "../../claims/index.ts";
import type { Run } from "../../record/run.ts";
import { formatLedger } from "../../report/index.ts";
import { claimsMould } from "../../runner/mould.ts";
import { neededBy } from "../../runner/needs.ts";
import { onRuntimes } from "../../runner/on-runtimes.ts";
import { scenarios } from "../../scenarios/index.ts";
import { hint } from "../arguments.ts";
import type { Command } from "../command.ts";
import { measureAndReport, MEASURING_FLAGS, measuringOf } from "../measuring.ts";
import { readRun } from "../read-run.ts";
import { RUNTIMES_FLAG, runtimesOf } from "../runtimes.ts";
import { SHARD_FLAG, shardIn, wantedIn } from "../shard.ts";
import { UsageError } from "../usage-error.ts";

export const claims: Command = {
  name: "claims",
  usage: "claims [ID...] [options]",
  summary: "Tests the claims of the ledger, or those with these ids.",
  flags: {
    ...MEASURING_FLAGS,
    ...RUNTIMES_FLAG,
    ...SHARD_FLAG,
    minutes: {
      type: "string",
      value: "N",
      help: "as many complete rounds as end within so many minutes, instead of the above",
    },
    from: { type: "string", value: "FILE", help: "derives the verdicts again from a run.json, and measures nothing" },
  },
  prepare(args) {
    const chosen = chosenClaims(args.positionals);
    const file = args.text("from", "a run.json");
    if (file !== undefined) {
      for (const flag of ["minutes", ...Object.keys({ ...MEASURING_FLAGS, ...RUNTIMES_FLAG, ...SHARD_FLAG })])
        args.exclude("from", flag);
      return () => {
        process.stdout.write(verdicts(readRun(file), chosen));
        return 0;
      };
    }
    const { mode, seed, rounds, out } = measuringOf(args);
    args.exclude("rounds", "minutes");
    const minutes = args.integer("minutes", 1, 24 * 60);
    const { wanted: all, skipped } = neededBy(chosen, scenarios, mode);
    const shard = shardIn(args);
    const needed = {
      wanted: wantedIn(onRuntimes(all, runtimesOf(args)), shard, seed),
      skipped,
      ...(shard === undefined ? {} : { shard }),
    };
    const ids = chosen.map(({ id }) => id);
    const mould = claimsMould(mode, { rounds, minutes });
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

/** On the lab's own runtime, and then on each of the others that contenders were measured under. */
function verdicts(run: Run, chosen: readonly Claim[]): string {
  const elsewhere = runtimesIn(run).map((runtime) => {
    const there = underRuntime(run, runtime);
    const judged = verdictsOf(there, chosen).map((claim) => ({
      ...claim,
      command: `${claim.command} --runtimes ${runtime.name}`,
    }));
    const heading = styleText("bold", `Under ${runtime.title} ${runtime.version}`);
    return `\n${heading}\n\n${formatLedger(there, judged)}`;
  });
  return [formatLedger(run, verdictsOf(run, chosen)), ...elsewhere].join("");
}

function verdictsOf(run: Run, chosen: readonly Claim[]): JudgedClaim[] {
  return judgeClaims(run, new Samples(run), answerable(run, chosen));
}
