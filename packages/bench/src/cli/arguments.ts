// The words after a command, understood or refused.
import { parseArgs } from "node:util";
import { nearest } from "./nearest.ts";
import { UsageError } from "./usage-error.ts";

/** The options of a command, by name without dashes. */
export type Flags = Readonly<Record<string, Flag>>;

export interface Flag {
  /** Whether it is given alone or with a value. */
  readonly type: "boolean" | "string";
  /** What its value is, such as "N". */
  readonly value?: string;
  /** A line of the help. */
  readonly help: string;
}

/** What was given to a command: every option is one of its own, and has a value where it takes one. */
export class Arguments {
  readonly positionals: readonly string[];
  /** Of an option that was given several times, all its values. */
  private readonly values: ReadonlyMap<string, readonly (string | true)[]>;

  constructor(positionals: readonly string[], values: ReadonlyMap<string, readonly (string | true)[]>) {
    this.positionals = positionals;
    this.values = values;
  }

  /** Whether an option without a value was given. */
  has(flag: string): boolean {
    return this.values.has(flag);
  }

  /** The value of an option; undefined where it was not given. @throws UsageError when it is empty */
  text(flag: string, what: string): string | undefined {
    return this.texts(flag, what).at(-1);
  }

  /** The values of an option that may be given several times. @throws UsageError when one is empty */
  texts(flag: string, what: string): string[] {
    const values = (this.values.get(flag) ?? []).filter((value) => value !== true);
    if (values.includes("")) throw new UsageError(`--${flag} expects ${what}, but was given nothing`);
    return values;
  }

  /** The value of an option as a whole number. @throws UsageError when it is none, or outside the range */
  integer(flag: string, minimum: number, maximum: number): number | undefined {
    const text = this.values.get(flag)?.at(-1);
    if (text === undefined || text === true) return undefined;
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < minimum || value > maximum) {
      throw new UsageError(`--${flag} expects a whole number from ${minimum} to ${maximum}, but was given "${text}"`);
    }
    return value;
  }

  /** @throws UsageError when both were given */
  exclude(one: string, other: string): void {
    if (this.has(one) && this.has(other)) throw new UsageError(`--${one} and --${other} exclude each other`);
  }

  /** @throws UsageError when there is anything but options */
  expectNoWords(command: string): void {
    if (this.positionals.length === 0) return;
    throw new UsageError(`${command} takes options only, but was given ${quoted(this.positionals)}`);
  }
}

/** @throws UsageError when an option is not among the flags, lacks its value or has one too many */
export function parseArguments(words: readonly string[], flags: Flags): Arguments {
  const options = Object.fromEntries(Object.entries(flags).map(([name, { type }]) => [name, { type }]));
  const { positionals, tokens } = parseArgs({
    args: [...words],
    options,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const values = new Map<string, (string | true)[]>();
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const flag = Object.hasOwn(flags, token.name) ? flags[token.name] : undefined;
    if (flag === undefined) {
      const known = Object.keys(flags).map((name) => `--${name}`);
      throw new UsageError(`there is no option ${token.rawName}${hint(`--${token.name}`, known)}`);
    }
    if (flag.type === "string" && token.value === undefined) throw new UsageError(`${token.rawName} expects a value`);
    if (flag.type === "boolean" && token.value !== undefined) throw new UsageError(`${token.rawName} takes no value`);
    values.set(token.name, [...(values.get(token.name) ?? []), token.value ?? true]);
  }
  return new Arguments(positionals, values);
}

/** What to say after "there is no …": the nearest of what there is, or all of it. */
export function hint(given: string, known: readonly string[]): string {
  const guess = nearest(given, known);
  if (guess !== undefined) return `; did you mean ${guess}?`;
  return known.length === 0 ? "" : `; known are ${known.join(", ")}`;
}

function quoted(words: readonly string[]): string {
  return words.map((word) => `"${word}"`).join(" ");
}
