// Tables in Markdown as the formatter of this repository leaves them: columns of one width, numbers to the right.
import type { Grid, GridCell } from "../report/grid.ts";

/** The best of its column is set in bold. */
export function markdownTable({ content, columns, rows }: Grid): string {
  const cells = [columns.map(escapeMarkdown), ...rows.map((row) => row.map(decorate))];
  const widths = columns.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const toTheRight = (column: number): boolean => column > 0 && content === "numbers";
  const line = (row: readonly string[]): string => {
    const padded = widths.map((width, column) => {
      const text = row[column] ?? "";
      return toTheRight(column) ? text.padStart(width) : text.padEnd(width);
    });
    return `| ${padded.join(" | ")} |`;
  };
  const rule = widths.map((width, column) => (toTheRight(column) ? `${"-".repeat(width - 1)}:` : "-".repeat(width)));
  const [head = [], ...body] = cells;
  return [line(head), line(rule), ...body.map(line)].join("\n");
}

/** Text as text: nothing in a name may act as markup or end a cell. */
export function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_[\]<|]/g, (character) => `\\${character}`).replaceAll(/\s*\n\s*/g, " ");
}

/** In bold, the mark of the best says nothing more. */
function decorate({ text, role }: GridCell): string {
  return role === "best" ? `**${escapeMarkdown(text.replace("*", ""))}**` : escapeMarkdown(text);
}
