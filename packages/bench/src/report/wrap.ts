// Sentences in the width of a terminal.

const WIDTH = 100;

/** Breaks between words; the first line begins with a dash at `indent`, if there is any, and the rest aligns with its text. */
export function wrap(text: string, indent = 0): string {
  const margin = " ".repeat(indent);
  return linesOf(text, indent)
    .map((each, index) => (indent === 0 ? each : index === 0 ? `${margin.slice(2)}- ${each}` : `${margin}${each}`))
    .join("\n");
}

/** The same without a dash: a paragraph that begins so many columns from the left. */
export function wrapIndented(text: string, indent: number): string {
  return linesOf(text, indent)
    .map((each) => `${" ".repeat(indent)}${each}`)
    .join("\n");
}

function linesOf(text: string, indent: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/ (?!%)/)) {
    if (line !== "" && line.length + 1 + word.length > WIDTH - indent) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
