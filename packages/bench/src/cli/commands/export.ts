// `bench export`: a recorded run in the format of another tool, on stdout.
import { formats } from "../../export/index.ts";
import { hint } from "../arguments.ts";
import type { Command } from "../command.ts";
import { readRun } from "../read-run.ts";
import { recordPath } from "../record-path.ts";
import { UsageError } from "../usage-error.ts";

const NAMES = Object.keys(formats);

export const exportRun: Command = {
  name: "export",
  usage: "export FILE --format NAME",
  summary: `Prints a run.json as ${NAMES.join(", ")} (github-action-benchmark's is gab: less is better; gab-bigger: more is).`,
  flags: { format: { type: "string", value: "NAME", help: `the format of an export: ${NAMES.join(", ")}` } },
  prepare(args) {
    const [file, ...rest] = args.positionals;
    if (file === undefined || rest.length > 0) {
      throw new UsageError(`export expects one run.json, but was given ${args.positionals.length}`);
    }
    const name = args.text("format", "a name");
    if (name === undefined) throw new UsageError(`export expects --format, one of ${NAMES.join(", ")}`);
    const format = Object.hasOwn(formats, name) ? formats[name] : undefined;
    if (format === undefined) throw new UsageError(`there is no format "${name}"${hint(name, NAMES)}`);
    return () => {
      process.stdout.write(format(readRun(recordPath(file))));
      return 0;
    };
  },
};
