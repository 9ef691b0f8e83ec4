// The colours of the report, in light and in dark. Text has a contrast of at least 4.5 to 1 on every background that it stands on, and
// what a chart draws at least 3 to 1 against the page (report-html.test.ts computes both).
//
// The seven series were searched for: in normal sight and in simulated protanopia, deuteranopia and tritanopia (Machado et al., 2009)
// any two lie at least 0.07 apart in OKLab, and those of one contender have the same hue in both themes. Markers and dashes tell
// contenders apart without any colour.

/** CSS variables by theme. */
export const THEMES = {
  light: {
    paper: "#ffffff",
    raised: "#f5f6f8",
    ink: "#1b2027",
    quiet: "#545d69",
    link: "#0b5cad",
    grid: "#dde2e8",
    rule: "#7c8592",
    band: "#8089952e",
    good: "#0b6b43",
    bad: "#b3261e",
    unsure: "#7a5200",
    "heat-best": "#d8efe3",
    "heat-1": "#fdf6e9",
    "heat-2": "#fbe8c9",
    "heat-3": "#f7d2a0",
    "heat-4": "#efb679",
    "heat-5": "#e5985a",
    "series-base": "#1b2027",
    "series-0": "#4a3fbd",
    "series-1": "#b5820c",
    "series-2": "#198166",
    "series-3": "#d44996",
    "series-4": "#a278e4",
    "series-5": "#61620c",
    "series-6": "#862c81",
    "series-limit": "#6b7480",
  },
  dark: {
    paper: "#14171c",
    raised: "#1e232a",
    ink: "#e8ebef",
    quiet: "#a7b0bc",
    link: "#7ab7ff",
    grid: "#333a44",
    rule: "#7d8794",
    band: "#a7b0bc2e",
    good: "#58d69f",
    bad: "#ff8f86",
    unsure: "#e7bd58",
    "heat-best": "#14402f",
    "heat-1": "#29241a",
    "heat-2": "#3b2f1b",
    "heat-3": "#523a1c",
    "heat-4": "#6c451d",
    "heat-5": "#86501f",
    "series-base": "#e8ebef",
    "series-0": "#9ea4e9",
    "series-1": "#b5820c",
    "series-2": "#70ccae",
    "series-3": "#db509c",
    "series-4": "#966cd7",
    "series-5": "#c9cb61",
    "series-6": "#f7b9f0",
    "series-limit": "#929ca9",
  },
} as const;

function variables(theme: Readonly<Record<string, string>>): string {
  return Object.entries(theme)
    .map(([name, value]) => `--${name}:${value};`)
    .join("");
}

const DARK = `color-scheme: dark; ${variables(THEMES.dark)}`;

/** The choice in the header goes before the system's; paper is light. */
export const THEME_STYLE: string = `
:root { color-scheme: light; ${variables(THEMES.light)} }
@media screen and (prefers-color-scheme: dark) { :root:not(:has(#theme-light:checked)) { ${DARK} } }
@media screen { :root:has(#theme-dark:checked) { ${DARK} } }
`;
