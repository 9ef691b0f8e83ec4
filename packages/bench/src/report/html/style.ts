// The look of the report: readable from a phone to paper, in light and in dark. Text has a contrast of at least 4.5 to 1 and lines of a
// chart at least 3 to 1 against the page (report-html.test.ts computes both).

/** CSS variables by theme. */
export const THEMES = {
  light: {
    paper: "#ffffff",
    raised: "#f4f6f8",
    ink: "#1b2027",
    quiet: "#545d69",
    link: "#0b5cad",
    grid: "#dde2e8",
    band: "#8089952e",
    good: "#0b6b43",
    bad: "#b3261e",
    unsure: "#7a5200",
    "series-0": "#0b62c4",
    "series-1": "#c2410c",
    "series-2": "#0f7b4f",
    "series-3": "#8b3fc7",
    "series-4": "#8a6100",
    "series-5": "#c02672",
    "series-limit": "#6b7480",
  },
  dark: {
    paper: "#14171c",
    raised: "#1e232a",
    ink: "#e8ebef",
    quiet: "#a7b0bc",
    link: "#7ab7ff",
    grid: "#333a44",
    band: "#a7b0bc2e",
    good: "#58d69f",
    bad: "#ff8f86",
    unsure: "#e7bd58",
    "series-0": "#6cb0ff",
    "series-1": "#ff9a5c",
    "series-2": "#4fd39a",
    "series-3": "#c79bff",
    "series-4": "#e0b84c",
    "series-5": "#ff8cc0",
    "series-limit": "#929ca9",
  },
} as const;

function variables(theme: Readonly<Record<string, string>>): string {
  return Object.entries(theme)
    .map(([name, value]) => `--${name}:${value};`)
    .join("");
}

export const STYLE: string = `
:root { color-scheme: light dark; ${variables(THEMES.light)} }
@media screen and (prefers-color-scheme: dark) { :root { ${variables(THEMES.dark)} } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
header, main, footer { max-width: 68rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 1.5rem; }
h1 { font-size: clamp(1.6rem, 5vw, 2.3rem); line-height: 1.15; margin: 0 0 .3rem; }
h2 { margin: 2.8rem 0 .3rem; font-size: 1.45rem; }
h3 { margin: 1.8rem 0 .4rem; font-size: 1.1rem; }
p, li { max-width: 48rem; overflow-wrap: break-word; }
.quiet { color: var(--quiet); }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: .5rem; background: var(--paper); padding: .4rem .8rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; padding: 0; list-style: none; }
nav a { display: inline-block; padding: .3rem 0; }
.claim { background: var(--raised); border-left: .35rem solid var(--unsure); border-radius: .3rem; padding: .8rem 1rem; margin: 1rem 0; }
.claim h2 { margin: 0; font-size: 1.2rem; }
.claim p { margin: .3rem 0; }
.claim ul { margin: .4rem 0 0; padding-left: 1.2rem; }
.supported { border-color: var(--good); } .contradicted { border-color: var(--bad); }
.word { font-weight: 700; color: var(--unsure); }
.word.supported { color: var(--good); } .word.contradicted { color: var(--bad); } .word.not-runnable-here { color: var(--quiet); }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 25rem), 1fr)); gap: 1.5rem; margin: 1rem 0; }
figure { margin: 0; min-width: 0; }
figcaption { font-weight: 600; }
figure > svg { display: block; width: 100%; height: auto; font-family: system-ui, sans-serif; }
.legend { display: flex; flex-wrap: wrap; gap: .1rem 1rem; padding: 0; margin: .4rem 0; list-style: none; font-size: .9rem; }
.key { width: 2rem; height: .9rem; vertical-align: -.1rem; }
summary { cursor: pointer; color: var(--link); padding: .3rem 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding: .3rem 0; }
th, td { padding: .25rem .6rem; text-align: right; border-bottom: 1px solid var(--grid); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
thead th { color: var(--quiet); font-weight: 600; }
tbody th { font-weight: 500; }
.prose th, .prose td { text-align: left; white-space: normal; vertical-align: top; min-width: 6rem; }
#answer table { font-size: clamp(.85rem, 2.6vw, 1rem); } #answer th, #answer td { min-width: 0; padding-left: 0; padding-right: clamp(.4rem, 2vw, 1.2rem); } #answer caption { font-size: 1.15rem; }
td.best { font-weight: 700; } .reference { color: var(--quiet); }
footer { margin-top: 3rem; padding-bottom: 3rem; border-top: 1px solid var(--grid); }
@media print {
  body { font-size: 10pt; } nav, .skip, summary { display: none; }
  figure, .claim, tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .charts { display: block; } figure { margin-bottom: 1rem; } figure > svg { max-width: 12cm; }
  .scroll { overflow: visible; } table { font-size: 7pt; }
  details::details-content { content-visibility: visible; block-size: auto; }
}
`;
