// The place in the source that called into this package. It relies on `Error.prototype.stack` as V8 writes it (a line
// that begins with "at" for each call); an engine that writes it otherwise has no positions in its traces.

const frame: RegExp = /^\s*at .*$/gm;

/** The folder of this module, as stacks have it: frames from there are the checker's own. */
const here: string | undefined = /(?:\(|at )(\S*[/\\])position\.\w+:\d+:\d+\)?/.exec(new Error().stack ?? "")?.[1];

/** The innermost call in the stack that is not this package's own. */
export function callerPosition(): string | undefined {
  if (here === undefined) return undefined;
  const caller = new Error().stack?.match(frame)?.find((line) => !line.includes(here));
  return caller?.trim().slice("at ".length).replace("file://", "");
}
