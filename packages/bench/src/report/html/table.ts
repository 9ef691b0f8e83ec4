// Tables that a keyboard can scroll, with a caption and headings for rows and columns.
import type { Grid, GridCell } from "../grid.ts";
import { escapeHtml } from "./escape.ts";

/** A grid as a table. */
export function htmlTable({ title, content, columns, rows }: Grid): string {
  return tableOf({
    caption: title,
    style: content === "text" ? "prose" : undefined,
    head: columns.map((column) => `<th scope="col">${escapeHtml(column)}</th>`).join(""),
    bodies: [rows.map((row) => `<tr>${row.map(cell).join("")}</tr>`).join("")],
  });
}

/** A table whose cells are markup already. */
export function tableOf({
  caption,
  style,
  head,
  bodies,
}: {
  readonly caption: string;
  readonly style: string | undefined;
  readonly head: string;
  readonly bodies: readonly string[];
}): string {
  const title = escapeHtml(caption);
  return (
    `<div class="scroll" tabindex="0" role="group" aria-label="${title}"><table${style === undefined ? "" : ` class="${style}"`}>` +
    `<caption><span>${title}</span></caption><thead><tr>${head}</tr></thead>${bodies.map((body) => `<tbody>${body}</tbody>`).join("")}</table></div>`
  );
}

function cell({ text, role }: GridCell, column: number): string {
  const style = role === undefined ? "" : ` class="${role}"`;
  return column === 0 ? `<th scope="row"${style}>${escapeHtml(text)}</th>` : `<td${style}>${escapeHtml(text)}</td>`;
}
