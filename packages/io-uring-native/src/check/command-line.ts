// The command line of `uring:check`.

export const HELP = `pnpm uring:check [--json]   What io_uring can do on this kernel, found out by trying.

Tries every set-up flag, operation and opcode of io_uring_register(2), each with an instance that does no harm, and says beside
each the Linux release that introduced it, whether this driver uses it, and what it does where it is missing. Then what
limits this process, with the command that raises it.

Options
  --json   the same as JSON (schemaVersion 1; packages/io-uring-native/README.md names the fields)
  --help   this text

Exit codes: 0 the driver can run here, 2 it cannot, 1 a mistake on the command line.
`;

const OPTIONS = ["--json", "--help"] as const;

/** What was asked for. */
export type Command = "help" | "text" | "json";

/** A mistake of the user's: told in one line and without a stack. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** @throws UsageError that names what was expected */
export function parseCommand(args: readonly string[]): Command {
  let command: Command = "text";
  for (const argument of args) {
    // What pnpm passes on when it is asked to pass something on.
    if (argument === "--") continue;
    if (argument === "--help" || argument === "-h") return "help";
    if (argument !== "--json")
      throw new UsageError(`${JSON.stringify(argument)} is no option of this command${hint(argument)}`);
    command = "json";
  }
  return command;
}

/** The option with the same first letter, or all of them. */
function hint(argument: string): string {
  const letter = /[a-z]/i.exec(argument)?.[0].toLowerCase() ?? "";
  const meant = OPTIONS.find((option) => option[2] === letter);
  return meant === undefined ? `: there are ${OPTIONS.join(" and ")}` : `: did you mean ${meant}?`;
}
