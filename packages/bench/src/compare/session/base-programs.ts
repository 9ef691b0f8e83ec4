// Which programs stand for the other commit. One lab measures both commits, this one: its runner, its load generator and its programs, which
// import the runtime by name and find the other commit's where they are copied into its tree. So what differs is the runtime and nothing
// else. A program that the other runtime cannot run, because it lacks what the program imports, gives way to the other commit's own
// program of that name; and where there is none either, the other commit has no figure.
import { cpSync, existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import type { Command } from "../../runner/command.ts";
import type { Cell } from "../../runner/plan.ts";
import type { Scenario } from "../../scenarios/index.ts";

/** What distinguishes a contender of the other commit within the session. */
const SUFFIX = " (base)";

/** The name under which the other commit's contender takes part. */
export function baseName(contender: string): string {
  return `${contender}${SUFFIX}`;
}

/** The contender's name without what marks the other commit's; undefined for one of this commit. */
export function nameOfBase(contender: string): string | undefined {
  return contender.endsWith(SUFFIX) ? contender.slice(0, -SUFFIX.length) : undefined;
}

/** The same command with the files of one package folder replaced by those of another. */
export function relocated(command: Command, from: string, to: string): Command {
  const prefix = resolve(from) + sep;
  const moved = (word: string): string => (word.startsWith(prefix) ? join(to, word.slice(prefix.length)) : word);
  return { ...command, file: moved(command.file), args: command.args.map(moved) };
}

/** The programs by which the other commit takes part in a session. */
export class BasePrograms {
  private readonly lab: string;
  private readonly own: string;
  private readonly copied: string;
  /** Of each contender in a scenario: which programs run, once that is known, and why it is not this lab's. */
  private readonly known = new Map<string, { readonly folder: string; readonly because?: string }>();

  /**
   * @param lab the folder of this package, built
   * @param own the folder of the same package in the other commit's tree
   */
  constructor(lab: string, own: string) {
    this.lab = lab;
    this.own = own;
    this.copied = join(own, "head");
    mkdirSync(this.copied, { recursive: true });
    // Copied, because Node.js looks for packages from where a file really is; what is native has no such imports.
    cpSync(join(lab, "dist"), join(this.copied, "dist"), { recursive: true });
    // What a program calls by a name of the package's own ("imports") is the copy beside it.
    cpSync(join(lab, "package.json"), join(this.copied, "package.json"));
    for (const shared of ["build", "peers"]) {
      if (existsSync(join(lab, shared))) symlinkSync(join(lab, shared), join(this.copied, shared));
    }
  }

  /** The other commit's entrant in place of a cell. */
  variantOf(cell: Cell): Cell {
    const { scenario, contender } = cell;
    const { twinOf } = contender;
    return {
      ...cell,
      contender: {
        ...contender,
        name: baseName(contender.name),
        ...(twinOf === undefined ? {} : { twinOf: baseName(twinOf) }),
      },
      scenario: { ...scenario, observe: this.observer(scenario, contender.twinOf ?? contender.name) },
    };
  }

  /** A sentence for each contender that had to run with a program of the other commit. */
  exceptions(): string[] {
    return [...this.known].flatMap(([key, { because }]) =>
      because === undefined
        ? []
        : [`${key} ran the program of its own commit, because the newer one does not run there: ${because}`],
    );
  }

  private observer(scenario: Scenario, contender: string): Scenario["observe"] {
    const key = `${contender} in ${scenario.name}`;
    return async (entrant, level, setup) => {
      const from = async (folder: string): ReturnType<Scenario["observe"]> => {
        const command = (at: number): Command => relocated(entrant.command(at), this.lab, folder);
        return scenario.observe({ ...entrant, command }, level, setup);
      };
      const chosen = this.known.get(key);
      if (chosen !== undefined) return from(chosen.folder);
      try {
        const measured = await from(this.copied);
        this.known.set(key, { folder: this.copied });
        return measured;
      } catch (error) {
        if (setup.signal.aborted) throw error;
        const because = firstLine(error);
        try {
          const measured = await from(this.own);
          this.known.set(key, { folder: this.own, because });
          return measured;
        } catch {
          throw new Error(`the other commit cannot run it: ${because}`, { cause: error });
        }
      }
    };
  }
}

/** What Node.js says of a missing import stands below where it is; anything else speaks in its first line. */
function firstLine(error: unknown): string {
  const lines = (error instanceof Error ? error.message : String(error)).split("\n");
  return (lines.find((line) => /^\w*Error\b/.test(line)) ?? lines[0] ?? "").trim();
}
