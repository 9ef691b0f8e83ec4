// A grid as an HTML table that a keyboard can scroll.
import type { Grid, GridCell } from "../grid.ts";
import { escapeHtml } from "./escape.ts";

export function htmlTable({ title, content, columns, rows }: Grid): string {
  const head = columns.map((column) => `<th scope="col">${escapeHtml(column)}</th>`).join("");
  const body = rows.map((row) => `<tr>${row.map(cell).join("")}</tr>`).join("");
  return (
    `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(title)}"><table${content === "text" ? ' class="prose"' : ""}>` +
    `<caption>${escapeHtml(title)}</caption><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`
  );
}

function cell({ text, role }: GridCell, column: number): string {
  const style = role === undefined ? "" : ` class="${role}"`;
  return column === 0 ? `<th scope="row"${style}>${escapeHtml(text)}</th>` : `<td${style}>${escapeHtml(text)}</td>`;
}
