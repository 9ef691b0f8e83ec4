// Text between markers, in a document that is otherwise written by hand:
//
//     <!-- reference table echo throughput -->
//     what is generated
//     <!-- /reference -->
//
// A marker is a line of its own; the words after "reference" say what stands there.

const BEGIN = /^<!-- reference (\S.*?) -->$/;
const END = "<!-- /reference -->";

/** A document whose markers cannot be followed. */
export class MarkerError extends Error {
  override readonly name = "MarkerError";
}

/** What the markers of the document ask for, in their order. @throws MarkerError */
export function markersIn(document: string): readonly string[] {
  const asked: string[] = [];
  fillMarked(document, (what) => {
    asked.push(what);
    return "";
  });
  return asked;
}

/** The document with all that is between markers made new. @throws MarkerError where markers are not in pairs */
export function fillMarked(document: string, textOf: (what: string) => string): string {
  const filled: string[] = [];
  let open: { readonly what: string; readonly line: number } | undefined;
  for (const [index, line] of document.split("\n").entries()) {
    const what = BEGIN.exec(line)?.[1];
    if (what !== undefined) {
      if (open !== undefined)
        throw new MarkerError(`line ${index + 1}: ${line} stands within that of line ${open.line}`);
      open = { what, line: index + 1 };
      filled.push(line, "", textOf(what), "");
    } else if (line === END) {
      if (open === undefined) throw new MarkerError(`line ${index + 1}: ${END} ends nothing`);
      open = undefined;
      filled.push(line);
    } else if (open === undefined) {
      filled.push(line);
    }
  }
  if (open !== undefined) throw new MarkerError(`line ${open.line}: <!-- reference ${open.what} --> has no ${END}`);
  return filled.join("\n");
}
