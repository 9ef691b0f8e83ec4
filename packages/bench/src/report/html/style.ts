// The layout of the report: readable from a phone to paper. The colours are in theme.ts. Filters and the theme work by `:has()`, so
// that they need no script.
import { VERDICTS } from "../answer.ts";
import { THEME_STYLE } from "./theme.ts";
import { verdictClass } from "./verdict.ts";

const BASE = `
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
.page { max-width: 76rem; margin: 0 auto; padding: 0 1.25rem; }
h1, h2, h3, h4 { line-height: 1.2; text-wrap: balance; }
h1 { font-size: 1rem; font-weight: 600; margin: 0; }
h2 { margin: 3.2rem 0 .6rem; font-size: 1.5rem; letter-spacing: -.01em; padding-top: 1rem; border-top: 1px solid var(--grid); }
h3 { margin: 2.2rem 0 .3rem; font-size: 1.15rem; }
h4 { margin: 1.3rem 0 .3rem; font-size: .95rem; }
p, li { max-width: 48rem; overflow-wrap: break-word; }
p { margin: .4rem 0; }
ul.plain { padding-left: 1.1rem; margin: .4rem 0; }
ul.plain li { margin: .2rem 0; }
code { font: .875em/1.4 ui-monospace, "SF Mono", Menlo, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
.quiet { color: var(--quiet); }
.small { font-size: .875rem; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 2px; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: .5rem; background: var(--paper); padding: .4rem .8rem; z-index: 3; }
summary { cursor: pointer; color: var(--link); padding: .3rem 0; font-size: .9rem; }
button { font: inherit; font-size: .85rem; color: var(--link); background: none; border: 1px solid var(--rule); border-radius: .3rem; padding: .2rem .6rem; min-height: 1.75rem; cursor: pointer; }
fieldset { border: 0; padding: 0; margin: 0; min-width: 0; }
input { accent-color: var(--link); width: 1.05rem; height: 1.05rem; margin: 0; }
`;

const HEADER = `
.top { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .3rem 1.5rem; align-items: center; padding: 1.1rem 0 .2rem; }
.theme, .filters { display: flex; flex-wrap: wrap; gap: .2rem .9rem; align-items: center; font-size: .85rem; }
.theme legend, .filters legend { float: left; color: var(--quiet); padding: 0; margin-right: .2rem; }
.choice { display: inline-flex; align-items: center; gap: .35rem; min-height: 1.75rem; cursor: pointer; }
.lead { font-size: clamp(1.2rem, 1rem + 1.1vw, 1.6rem); line-height: 1.3; font-weight: 600; letter-spacing: -.015em; max-width: 54rem; margin: 1.4rem 0 .5rem; text-wrap: pretty; }
.lead + .lead { margin-top: .3rem; }
nav { margin: 1.2rem 0 0; font-size: .95rem; }
nav ul { display: flex; flex-wrap: wrap; gap: 0 1.2rem; padding: 0; margin: 0; list-style: none; }
nav a { display: inline-block; padding: .25rem 0; }
h2.cautions { font-size: 1.05rem; border: 0; padding: 0; margin: 1.8rem 0 .2rem; }
.notes { columns: 2 26rem; column-gap: 2.5rem; font-size: .9rem; } .notes li { break-inside: avoid; } .notes ul { margin: 0; }
.tally { display: flex; gap: 2px; height: .75rem; margin: 1rem 0 .2rem; max-width: 48rem; }
.tally span { border-radius: 2px; min-width: 4px; }
`;

const LEDGER = `
.claim { border-top: 1px solid var(--grid); padding: .9rem 0 .7rem; }
.claim h3 { margin: 0; font-size: 1.05rem; font-weight: 600; max-width: 52rem; text-wrap: pretty; }
.claim h3 .id { color: var(--quiet); font-weight: 600; margin-right: .45rem; }
.verdicts { display: flex; flex-wrap: wrap; gap: .2rem 1.4rem; align-items: baseline; margin: .25rem 0; font-size: .9rem; }
.word { font-weight: 700; white-space: nowrap; color: var(--unsure); }
.word.supported { color: var(--good); } .word.contradicted { color: var(--bad); } .word.not-runnable-here { color: var(--quiet); }
.tally .supported { background: var(--good); } .tally .contradicted { background: var(--bad); }
.tally .mixed, .tally .inconclusive { background: var(--unsure); } .tally .inconclusive { opacity: .6; } .tally .not-runnable-here { background: var(--rule); }
.sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 27rem), 1fr)); gap: 0 2.5rem; }
.parts { list-style: none; padding: 0; margin: 0; }
.parts li { display: grid; grid-template-columns: minmax(0, 1fr) 240px; gap: .1rem 1.2rem; padding: .5rem 0; border-bottom: 1px solid var(--grid); max-width: none; font-size: .9rem; }
.parts p { margin: 0; } .parts .facts { color: var(--quiet); font-size: .8125rem; grid-column: 1; }
.parts .effect { grid-column: 2; grid-row: 1 / span 2; }
.sides > :not(:only-child) .parts li { grid-template-columns: minmax(0, 1fr); } .sides > :not(:only-child) .effect { grid-column: 1; grid-row: auto; }
.command { display: flex; flex-wrap: wrap; gap: .3rem .7rem; align-items: center; margin-top: .5rem; }
.command code { background: var(--raised); padding: .2rem .5rem; border-radius: .3rem; }
@media (max-width: 44rem) { .parts li { grid-template-columns: minmax(0, 1fr); } .parts .effect { grid-column: 1; grid-row: auto; } }
`;

const FIGURES = `
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 21rem), 1fr)); gap: 1.6rem 2rem; margin: .8rem 0; align-items: start; }
figure { margin: 0; min-width: 0; }
figcaption { font-weight: 600; font-size: .95rem; max-width: 40rem; }
figure > svg { display: block; width: 100%; max-width: 30rem; height: auto; font-family: inherit; }
.legend { display: flex; flex-wrap: wrap; gap: .1rem 1rem; padding: 0; margin: .3rem 0; list-style: none; font-size: .85rem; }
.key { width: 2rem; height: .9rem; vertical-align: -.1rem; }
.strip { display: block; font-weight: 400; width: 240px; max-width: 100%; height: auto; overflow: visible; font-family: inherit; }
.scroll { overflow-x: auto; max-width: 100%; } .scroll + .scroll { margin-top: 1.2rem; }
table { border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding: .3rem 0; }
caption span { display: inline-block; position: sticky; left: 0; max-width: min(48rem, 100vw - 2.5rem); text-wrap: pretty; }
th, td { padding: .22rem .7rem; text-align: right; border-bottom: 1px solid var(--grid); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
thead th { color: var(--quiet); font-weight: 600; vertical-align: bottom; }
tbody th { font-weight: 500; }
.prose th, .prose td { text-align: left; white-space: normal; vertical-align: top; min-width: 6rem; }
.prose th { white-space: nowrap; }
@media (max-width: 34rem) { #answer th, #answer td { min-width: 0; padding-right: .5rem; white-space: normal; } }
.strips tbody { border-top: 1px solid var(--rule); }
.strips td:last-child, .strips th:last-child { text-align: left; padding-right: 0; }
td.best { font-weight: 700; } .reference { color: var(--quiet); }
.heat td { text-align: center; border: 1px solid var(--paper); padding: .22rem .35rem; min-width: 2.9rem; }
.heat thead th { writing-mode: vertical-rl; transform: rotate(180deg); text-align: left; padding: .45rem .2rem; vertical-align: top; border: 0; font-weight: 500; }
.heat thead th:first-child, .heat thead th:nth-child(2) { writing-mode: horizontal-tb; transform: none; vertical-align: bottom; }
.heat tbody th { text-align: left; } .heat th.level { color: var(--quiet); text-align: right; white-space: normal; min-width: 4rem; max-width: 11rem; }
@media (min-width: 40rem) { .heat th[scope=rowgroup] { position: sticky; left: 0; background: var(--paper); z-index: 1; } }
.heat tbody { border-top: 1px solid var(--grid); }
.heat .best { background: var(--heat-best); font-weight: 700; } .heat .even { font-style: italic; }
${[1, 2, 3, 4, 5].map((step) => `.heat .h${step} { background: var(--heat-${step}); }`).join(" ")}
.swatch { display: inline-block; padding: .05rem .5rem; border-radius: .2rem; color: var(--ink); }
footer { margin-top: 3.5rem; padding: 1rem 0 3rem; border-top: 1px solid var(--grid); }
`;

const FILTERS = VERDICTS.map(
  (verdict) =>
    `#ledger:has(#show-${verdictClass(verdict)}:not(:checked)) .claim.${verdictClass(verdict)} { display: none; }`,
).join("\n");

const PRINT = `
@media (forced-colors: active) { .tally span, .heat td { forced-color-adjust: none; } }
@media print {
  @page { margin: 15mm; }
  body { font-size: 9.5pt; } .page { max-width: none; padding: 0; }
  nav, .skip, .theme, .filters, .status, button { display: none; } summary { color: var(--ink); list-style: none; }
  .lead { font-size: 15pt; } h2, h3, h4, summary, caption { break-after: avoid; }
  figure, tr, .parts li { break-inside: avoid; }
  .charts { grid-template-columns: 1fr 1fr; } a { color: inherit; text-decoration: none; }
  .scroll { overflow: visible; } table { font-size: 6.5pt; } th, td { white-space: normal; padding: .1rem .3rem; }
  details:not(.bulk)::details-content { content-visibility: visible; block-size: auto; }
}
`;

/** The whole style sheet. */
export const STYLE: string = [THEME_STYLE, BASE, HEADER, LEDGER, FIGURES, FILTERS, PRINT].join("");
