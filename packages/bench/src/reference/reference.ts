// The reference run: a run of this state of the code that is kept in the repository with its pages, and from which the figures of README
// are made. What is generated can be made again from the record alone, so it can also be checked.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InvalidRunError, parseRun } from "../record/validate.ts";
import { analyse } from "../report/index.ts";
import { type Block, blockOf, REFERENCE_FOLDER } from "./blocks.ts";
import { fillMarked, MarkerError, markersIn } from "./marked-text.ts";

const DOCUMENT = "README.md";
const RECORD = `${REFERENCE_FOLDER}/run.json`;
const MAKE = 'make one on a quiet machine by "pnpm bench reference"';
const RENEW = `"pnpm bench reference --from ${RECORD}" makes it anew`;

/** The document with the figures of a run, and the pictures that it shows, by their paths from the root. @throws MarkerError */
export function figuresOf(record: string, document: string): Readonly<Record<string, string>> {
  const run = parseRun(record);
  const analysis = analyse(run);
  const pictures: Record<string, string> = {};
  const filled = fillMarked(document, (what) => {
    const { text, picture }: Block = blockOf(run, analysis, what);
    if (picture !== undefined) pictures[`${REFERENCE_FOLDER}/${picture.name}`] = picture.svg;
    return text;
  });
  return { [DOCUMENT]: filled, ...pictures };
}

/** What is wrong with the figures of README, each in a sentence; nothing where it has none, or where they are those of the reference run. */
export function checkReference(root: string): readonly string[] {
  const document = read(root, DOCUMENT);
  if (document === undefined) return [`there is no ${DOCUMENT}`];
  const record = read(root, RECORD);
  try {
    if (markersIn(document).length === 0) return [];
    if (record === undefined) return [`${DOCUMENT} has figures of a reference run, but there is no ${RECORD}: ${MAKE}`];
    return Object.entries(figuresOf(record, document))
      .filter(([path, text]) => read(root, path) !== text)
      .map(([path]) => `${path} is not what the reference run gives: ${RENEW}`);
  } catch (error) {
    if (error instanceof MarkerError) return [`${DOCUMENT}: ${error.message}`];
    if (error instanceof InvalidRunError) return [`${RECORD}: ${error.message}`];
    throw error;
  }
}

function read(root: string, path: string): string | undefined {
  try {
    return readFileSync(join(root, path), "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
