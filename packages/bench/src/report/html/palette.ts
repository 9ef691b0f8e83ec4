// How a contender looks in every chart of a report: the same colour, marker and dash wherever it appears. Colours are CSS variables,
// which style.ts sets for light and for dark; marker and dash say the same to those who see no colour.
import type { ContenderRecord } from "../../record/run.ts";

export interface Appearance {
  readonly colour: string;
  readonly marker: "circle" | "rect" | "triangle" | "diamond";
  /** Lengths of dashes and gaps in pixels; none for a solid line. */
  readonly dash: readonly number[];
}

/** As many as style.ts defines. */
const SERIES_COLOURS = 6;
const MARKERS = ["circle", "rect", "triangle", "diamond"] as const;
const LIMIT_DASHES = [
  [2, 3],
  [7, 3, 2, 3],
  [10, 4],
] as const;

/** C programs are grey and dashed, the limit behind the competitors; blocking baselines are solid; async is solid too. */
export function appearances(contenders: readonly ContenderRecord[]): ReadonlyMap<string, Appearance> {
  const limits = contenders.filter(({ kind }) => kind === "limit");
  const competitors = contenders.filter(({ kind, twinOf }) => kind !== "limit" && twinOf === undefined);
  return new Map([
    ...competitors.map(({ name }, index): [string, Appearance] => [
      name,
      {
        colour: `var(--series-${index % SERIES_COLOURS})`,
        marker: MARKERS[index % MARKERS.length] ?? "circle",
        dash: [],
      },
    ]),
    ...limits.map(({ name }, index): [string, Appearance] => [
      name,
      {
        colour: "var(--series-limit)",
        marker: MARKERS[index % MARKERS.length] ?? "circle",
        dash: LIMIT_DASHES[index % LIMIT_DASHES.length] ?? [],
      },
    ]),
  ]);
}

const MARKER_PATHS = {
  circle: '<circle cx="16" cy="7" r="4"/>',
  rect: '<rect x="12" y="3" width="8" height="8"/>',
  triangle: '<path d="M16 2.5 20.5 11h-9z"/>',
  diamond: '<path d="M16 2l5 5-5 5-5-5z"/>',
} as const;

/** The line and marker of a legend entry. */
export function legendKey({ colour, marker, dash }: Appearance): string {
  return (
    `<svg class="key" viewBox="0 0 32 14" aria-hidden="true" style="color:${colour}" fill="currentColor" stroke="currentColor">` +
    `<path d="M0 7h32" stroke-width="2" stroke-dasharray="${dash.join(" ")}"/>${MARKER_PATHS[marker]}</svg>`
  );
}
