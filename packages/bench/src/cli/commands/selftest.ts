// `bench selftest`: whether the lab finds what is known to be there, and nothing else.
import { styleText } from "node:util";
import { INJECTED, INJECTED_ROUNDS, injectedMould, judgeInjected } from "../../selftest/injected.ts";
import type { SelfTestLine } from "../../selftest/line.ts";
import { describePower } from "../../selftest/power.ts";
import { falseDifferences } from "../../selftest/synthetic.ts";
import { wrap, wrapIndented } from "../../report/wrap.ts";
import type { Command } from "../command.ts";
import { MEASURING_FLAGS, measuringOf, measureWatched } from "../measuring.ts";

export const selftest: Command = {
  name: "selftest",
  usage: "selftest [options]",
  summary: "Whether the lab finds a slowdown that was put in, and none where there is none: two minutes.",
  flags: { rounds: MEASURING_FLAGS.rounds, seed: MEASURING_FLAGS.seed },
  prepare(args) {
    args.expectNoWords("selftest");
    const { seed, rounds } = measuringOf(args);
    return async () => {
      process.stdout.write(`${wrapIndented(describePower(rounds ?? INJECTED_ROUNDS), 0)}\n`);
      const run = await measureWatched({ wanted: INJECTED, mode: "default", mould: injectedMould(rounds), seed });
      const lines = [...falseDifferences(), ...judgeInjected(run)];
      process.stdout.write(
        `${[...lines.map(lineOf), ...run.environment.warnings.map((text) => wrap(text, 2))].join("\n")}\n`,
      );
      if (run.plan.stoppedEarly === "interrupted") return 130;
      return lines.every(({ passed }) => passed) ? 0 : 1;
    };
  },
};

function lineOf({ what, passed, because }: SelfTestLine): string {
  const word = passed ? styleText("green", "passed") : styleText(["bold", "red"], "failed");
  return `${word}  ${what}\n${wrap(because, 4)}`;
}
