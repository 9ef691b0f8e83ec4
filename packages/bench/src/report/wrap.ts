// Sentences in the width of a terminal.

const WIDTH = 100;

/** Breaks between words; the first line begins with a dash at `indent`, if there is any, and the rest aligns with its text. */
export function wrap(text: string, indent = 0): string {
  const margin = " ".repeat(indent);
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/ (?!%)/)) {
    if (line !== "" && line.length + 1 + word.length > WIDTH - indent) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines
    .map((each, index) => (indent === 0 ? each : index === 0 ? `${margin.slice(2)}- ${each}` : `${margin}${each}`))
    .join("\n");
}
