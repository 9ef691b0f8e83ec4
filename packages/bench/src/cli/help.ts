// What the command says about itself.
import type { Flag, Flags } from "./arguments.ts";
import { commands } from "./commands/index.ts";

const HELP_FLAG: Flag = { type: "boolean", help: "this text, or a command's own" };

/** Of all commands. */
export function help(): string {
  const usages = commands.map(({ usage, summary }) => [`pnpm bench ${usage}`, summary] as const);
  // An option that several commands have is told as the first of them means it.
  const options = commands.reduce<Flags>((known, { flags }) => ({ ...known, ...flags, ...known }), {});
  return `${columns(usages)}

Without a scenario, the headline runs: within three minutes. "micro" names all micro-benchmarks: two dozen small workloads
against other libraries and real tokio, which take as long as they take: many minutes. "claims" as a command tests claims.

Options
${optionLines({ ...options, help: HELP_FLAG })}

Tables and the verdict go to stdout, progress to stderr. A run leaves run.json (every raw sample), report.md and
report.html in FOLDER/<time>-<commit>. Ctrl-C ends it early and keeps what was measured.
Exit codes: 0 measured, 1 something could not be measured that should have been, or is worse than what it was compared
with, 2 a mistake on the command line, 130 interrupted.
`;
}

/** Of one command. */
export function helpOf({ usage, summary, flags }: (typeof commands)[number]): string {
  const options = Object.keys(flags).length === 0 ? "" : `\nOptions\n${optionLines(flags)}\n`;
  return `pnpm bench ${usage}\n${summary}\n${options}`;
}

function optionLines(flags: Flags): string {
  return columns(
    Object.entries(flags).map(([name, { value, help: text }]) => [
      `  --${name}${value === undefined ? "" : ` ${value}`}`,
      text,
    ]),
  );
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `${left.padEnd(width)}  ${right}`).join("\n");
}
