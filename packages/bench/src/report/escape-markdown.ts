// Text as Markdown shows it: nothing in a name or a message may act as markup or end a cell.

/** On one line: line breaks become blanks. */
export function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>|#]/g, (character) => `\\${character}`).replaceAll(/\s*\n\s*/g, " ");
}
