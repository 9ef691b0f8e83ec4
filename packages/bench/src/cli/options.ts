// The command line, understood or refused.
import { parseArgs } from "node:util";
import { scenarios, type Scenario } from "../scenarios/index.ts";
import type { Mode } from "../runner/plan.ts";
import { nearest } from "./nearest.ts";

/** A mistake of the user's: told in one line and without a stack. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export type Command =
  | { readonly kind: "help" }
  | { readonly kind: "list" }
  | {
      readonly kind: "run";
      readonly scenarios: readonly Scenario[];
      readonly mode: Mode;
      readonly seed: number;
      readonly rounds: number | undefined;
      /** The folder that the reports' folder is made in; the repository's `reports` unless given. */
      readonly out: string | undefined;
    };

const FLAGS = {
  help: { type: "boolean", short: "h" },
  quick: { type: "boolean" },
  full: { type: "boolean" },
  seed: { type: "string" },
  rounds: { type: "string" },
  out: { type: "string" },
} as const;

const COMMANDS = ["run", "list", "help"];
const SEEDS = 2 ** 32;

/** @throws UsageError that names what was expected */
export function parseCommand(args: readonly string[]): Command {
  const { values, positionals } = parse(args);
  const [first, ...rest] = positionals;
  if (values.help === true || first === "help") return { kind: "help" };
  if (first === "list") {
    const given = [...rest, ...Object.keys(values).map((name) => `--${name}`)];
    if (given.length > 0) throw new UsageError(`list takes nothing, but was given ${quoted(given)}`);
    return { kind: "list" };
  }
  if (values.quick === true && values.full === true) throw new UsageError("--quick and --full exclude each other");
  return {
    kind: "run",
    scenarios: chosen(first === "run" ? rest : positionals),
    mode: values.quick === true ? "quick" : values.full === true ? "full" : "default",
    seed: values.seed === undefined ? Math.floor(Math.random() * SEEDS) : integer("--seed", values.seed, 0, SEEDS - 1),
    rounds: values.rounds === undefined ? undefined : integer("--rounds", values.rounds, 1, 1000),
    out: values.out === undefined ? undefined : folder(values.out),
  };
}

type Values = { -readonly [K in keyof typeof FLAGS]?: (typeof FLAGS)[K]["type"] extends "boolean" ? boolean : string };

function parse(args: readonly string[]): { values: Values; positionals: string[] } {
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options: FLAGS,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const flag = Object.entries(FLAGS).find(([name]) => name === token.name)?.[1];
    if (flag === undefined) {
      throw new UsageError(
        `there is no option ${token.rawName}${hint(
          `--${token.name}`,
          Object.keys(FLAGS).map((name) => `--${name}`),
        )}`,
      );
    }
    if (flag.type === "string" && token.value === undefined) throw new UsageError(`${token.rawName} expects a value`);
    if (flag.type === "boolean" && token.value !== undefined) throw new UsageError(`${token.rawName} takes no value`);
  }
  // Every option is known and has a value of its type.
  return { values: values as Values, positionals };
}

function chosen(names: readonly string[]): readonly Scenario[] {
  if (names.length === 0) return scenarios.filter(({ group }) => group === "headline");
  const known = scenarios.flatMap(({ name, group }) => [name, group]);
  for (const name of names) {
    if (!known.includes(name)) {
      throw new UsageError(`there is no scenario or command "${name}"${hint(name, [...new Set(known), ...COMMANDS])}`);
    }
  }
  return scenarios.filter(({ name, group }) => names.includes(name) || names.includes(group));
}

function integer(flag: string, text: string, minimum: number, maximum: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < minimum || value > maximum) {
    throw new UsageError(`${flag} expects a whole number from ${minimum} to ${maximum}, but was given "${text}"`);
  }
  return value;
}

function folder(path: string): string {
  if (path === "") throw new UsageError("--out expects a folder, but was given nothing");
  return path;
}

function hint(given: string, known: readonly string[]): string {
  const guess = nearest(given, known);
  return guess === undefined ? `; known are ${known.join(", ")}` : `; did you mean ${guess}?`;
}

function quoted(words: readonly string[]): string {
  return words.map((word) => `"${word}"`).join(" ");
}
