// The pieces of a page that every section uses. All text is escaped here; arguments named `body` are markup already.
import { escapeHtml } from "./escape.ts";

/** A paragraph of text. */
export function paragraph(text: string, style?: string): string {
  return `<p${style === undefined ? "" : ` class="${style}"`}>${escapeHtml(text)}</p>`;
}

/** Sentences as a list; nothing where there are none. */
export function list(sentences: readonly string[]): string {
  if (sentences.length === 0) return "";
  return `<ul class="plain">${sentences.map((sentence) => `<li>${escapeHtml(sentence)}</li>`).join("")}</ul>`;
}

/** What is there for who asks. */
export function details(summary: string, body: string, style?: string): string {
  const attribute = style === undefined ? "" : ` class="${style}"`;
  return `<details${attribute}><summary>${escapeHtml(summary)}</summary>${body}</details>`;
}
