// From the record of a run to what people read: one analysis, and a pure function of it for each format.
export { analyse } from "./analysis.ts";
export type { Analysis } from "./analysis.ts";
export { formatHtml } from "./html.ts";
export { formatMarkdown } from "./markdown.ts";
export { formatLedger } from "./ledger.ts";
export { formatTerminal } from "./terminal.ts";
