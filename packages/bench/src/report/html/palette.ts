// How a contender looks: the same colour, marker and dash in every chart of every report. Colours are CSS variables, which theme.ts
// sets for light and for dark; marker and dash say the same to those who see no colour.
import type { ContenderRecord } from "../../record/run.ts";

/** Of a line, its points and its entry in a legend. */
export interface Appearance {
  readonly colour: string;
  readonly marker: Marker;
  /** Lengths of dashes and gaps in pixels; none for a solid line. */
  readonly dash: readonly number[];
}

type Marker = "circle" | "rect" | "triangle" | "diamond";

/** As many as theme.ts defines, besides those of the base and of the limit. */
const SERIES_COLOURS = 7;
const MARKERS = ["circle", "rect", "triangle", "diamond"] as const;
const LIMIT_DASHES = [
  [2, 3],
  [7, 3, 2, 3],
  [10, 4],
] as const;

/** Contenders that meet in one chart differ in colour; the others take what is left, in the order of the record. */
const KNOWN: Readonly<Record<string, readonly [colour: number | "base", marker: Marker]>> = {
  blocking: ["base", "circle"],
  "direct-call": ["base", "circle"],
  threads: [5, "rect"],
  node: [1, "triangle"],
  "native-async": [1, "triangle"],
  "single+uring": [0, "circle"],
  "single+epoll": [2, "diamond"],
  "hosted+uring": [4, "rect"],
  "hosted+epoll": [3, "triangle"],
  coroutine: [0, "circle"],
  "hand-written": [2, "diamond"],
  effect: [3, "rect"],
  tokio: [6, "diamond"],
};

/** By name. A twin looks as its original; C programs are grey and dashed, the limit behind the competitors. */
export function appearances(contenders: readonly ContenderRecord[]): ReadonlyMap<string, Appearance> {
  const looks = new Map<string, Appearance>();
  let limits = 0;
  let others = 0;
  for (const { name, kind, twinOf } of contenders) {
    if (twinOf !== undefined) continue;
    const known = KNOWN[name];
    if (kind === "limit") looks.set(name, limit(limits++));
    else looks.set(name, known === undefined ? other(others++) : solid(...known));
  }
  for (const { name, twinOf } of contenders) {
    const original = twinOf === undefined ? undefined : looks.get(twinOf);
    if (original !== undefined) looks.set(name, original);
  }
  return looks;
}

function solid(colour: number | "base", marker: Marker): Appearance {
  return { colour: `var(--series-${colour})`, marker, dash: [] };
}

/** From the colours that the well-known ones use least. */
function other(index: number): Appearance {
  return solid((index + 4) % SERIES_COLOURS, MARKERS[(index + 1) % MARKERS.length] ?? "circle");
}

function limit(index: number): Appearance {
  return {
    colour: "var(--series-limit)",
    marker: MARKERS[index % MARKERS.length] ?? "circle",
    dash: LIMIT_DASHES[index % LIMIT_DASHES.length] ?? [],
  };
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
