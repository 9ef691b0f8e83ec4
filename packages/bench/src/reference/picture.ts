// A chart as a file of its own: with its caption and legend in the drawing, and its colours for light and dark pages.
import { escapeHtml } from "../report/html/escape.ts";
import { drawChart } from "../report/html/chart.ts";
import type { NamedChart } from "../report/html/figures.ts";
import { legendKey } from "../report/html/palette.ts";
import { THEMES } from "../report/html/theme.ts";

const WIDTH = 400;
const CHART_HEIGHT = 300;
const CAPTION_HEIGHT = 26;
const ROW_HEIGHT = 20;
const KEY = { width: 32, height: 14 };
/** Of the names beside the keys. */
const CHARACTER = 7.4;
const MARGIN = 12;

/** The same chart gives the same file, to the last byte. */
export function pictureOf({ caption, chart, names }: NamedChart): string {
  const legend = legendOf(chart.lines.map(({ appearance }, index) => ({ appearance, name: names[index] ?? "" })));
  const height = CAPTION_HEIGHT + CHART_HEIGHT + legend.height + MARGIN;
  const drawing = drawChart(chart).replace(
    "<svg ",
    `<svg x="0" y="${CAPTION_HEIGHT}" width="${WIDTH}" height="${CHART_HEIGHT}" `,
  );
  const box = `viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${box} role="img" aria-label="${escapeHtml(chart.description)}">
<style>${STYLE}</style>
<rect width="${WIDTH}" height="${height}" fill="var(--paper)"/>
<text x="${MARGIN}" y="18" font-weight="600">${escapeHtml(caption)}</text>
${drawing}
<g transform="translate(0 ${CAPTION_HEIGHT + CHART_HEIGHT})">
${legend.markup}
</g>
</svg>
`;
}

/** Keys and names from left to right, in as many rows as they need. */
function legendOf(
  entries: readonly { readonly appearance: Parameters<typeof legendKey>[0]; readonly name: string }[],
): {
  readonly markup: string;
  readonly height: number;
} {
  let [x, row] = [MARGIN, 0];
  const drawn = entries.map(({ appearance, name }) => {
    const width = KEY.width + 6 + CHARACTER * name.length + 14;
    if (x > MARGIN && x + width > WIDTH) [x, row] = [MARGIN, row + 1];
    const key = legendKey(appearance).replace(
      "<svg ",
      `<svg x="${round(x)}" y="${row * ROW_HEIGHT + 2}" width="${KEY.width}" height="${KEY.height}" `,
    );
    const text = `<text x="${round(x + KEY.width + 6)}" y="${row * ROW_HEIGHT + 14}">${escapeHtml(name)}</text>`;
    x += width;
    return `${key}${text}`;
  });
  return { markup: drawn.join("\n"), height: (row + 1) * ROW_HEIGHT };
}

function variables(theme: Readonly<Record<string, string>>, names: readonly string[]): string {
  return names.map((name) => `--${name}:${theme[name] ?? ""};`).join("");
}

const DRAWN = Object.keys(THEMES.light).filter((name) => /^(?:paper|ink|grid|band|series-.*)$/.test(name));
const STYLE = `
svg { font: 13px system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; ${variables(THEMES.light, DRAWN)} }
@media (prefers-color-scheme: dark) { svg { ${variables(THEMES.dark, DRAWN)} } }
text { fill: var(--ink); }
`;

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
