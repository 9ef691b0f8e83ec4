// From the words of the command line to what is to be done.
import { parseArguments } from "./arguments.ts";
import { commands } from "./commands/index.ts";
import { help, helpOf } from "./help.ts";

/**
 * Understands the command line without doing anything.
 *
 * @returns what does the work and resolves to the exit code
 * @throws UsageError that names what was expected
 */
export function prepare(words: readonly string[]): () => Promise<number> | number {
  const [first, ...rest] = words;
  const named = commands.find(({ name }) => name === first);
  const command = named ?? commands[0];
  if (command === undefined) throw new Error("there is at least one command");
  if (first === "help" || words.includes("--help") || words.includes("-h")) {
    return say(named === undefined ? help() : helpOf(named));
  }
  const names = [...commands.map(({ name }) => name), "help"];
  return command.prepare(parseArguments(named === undefined ? words : rest, command.flags), names);
}

function say(text: string): () => number {
  return () => {
    process.stdout.write(text);
    return 0;
  };
}
