// Flamegraphs as pages of their own: of one profile, coloured by whose code it is, and of two, coloured by what differs. Behind each is
// the table of its functions. The same profiles give the same page, to the last byte.
import { escapeHtml } from "../report/html/escape.ts";
import type { Grid } from "../report/grid.ts";
import { STYLE } from "../report/html/style.ts";
import { htmlTable } from "../report/html/table.ts";
import { type Call, callTree } from "./call-tree.ts";
import { drawFlames } from "./flame-drawing.ts";
import { type Heat, hottest, percent, placeOf } from "./hottest.ts";
import { busySamples, type FrameKind, identityOf, type Samples } from "./samples.ts";

/** A profile and what it is called. */
export interface Subject {
  readonly name: string;
  readonly samples: Samples;
}

const MOST_ROWS = 60;
const NOT_A_TIMING =
  "Profiles say where time goes, not how much it takes: a program that is watched is slower, and its warm-up is in the picture. " +
  "A call that waits in the kernel (wait, enter) is as wide as it waits: that takes no processor time.";

const KINDS: Readonly<Record<FrameKind, string>> = {
  javascript: "JavaScript",
  native: "native code",
  kernel: "the kernel",
  idle: "idle",
};

/** Smaller differences are no more than noise in profiles of some thousand samples. */
const STEPS = [0.01, 0.05, 0.15] as const;

/** One profile. */
export function flamePage(title: string, { name, samples }: Subject): string {
  const look = ({ frame, self, total }: Call) => ({
    style: frame.kind,
    title: `${frame.name}, ${placeOf(frame)}: ${percent(total[0] ?? 0)}, itself ${percent(self[0] ?? 0)}`,
  });
  const tree = callTree([samples]);
  const legend = [
    swatch("javascript", KINDS.javascript),
    swatch("native", KINDS.native),
    swatch("kernel", KINDS.kernel),
  ];
  return page(
    title,
    `Calls of ${name}: each box is as wide as its share of ${countOf(samples)} samples, below the call that it was made from.`,
    legend,
    drawFlames(tree, `Flamegraph of ${name}. The table below has its functions.`, ({ total }) => total[0] ?? 0, look),
    heatGrid(hottest(samples)),
  );
}

/** Two profiles: what the first has more of than the second, and less. */
export function differencePage(title: string, one: Subject, other: Subject): string {
  const difference = ({ total: [of = 0, against = 0] }: Call): number => of - against;
  const look = (call: Call) => {
    const { frame, total } = call;
    const shares = `${one.name} ${percent(total[0] ?? 0)}, ${other.name} ${percent(total[1] ?? 0)}`;
    return {
      style: differenceStyle(difference(call)),
      title: `${frame.name}, ${placeOf(frame)}: ${shares}, ${points(difference(call))}`,
    };
  };
  const legend = [
    swatch("less3", `only or mostly ${other.name}`),
    swatch("less1", `more of ${other.name}`),
    swatch("same", `within ${percent(STEPS[0])} of all`),
    swatch("more1", `more of ${one.name}`),
    swatch("more3", `only or mostly ${one.name}`),
  ];
  const description = `Calls of ${one.name} and ${other.name} in one tree, coloured by how much they differ. The table below has the functions.`;
  // The mean of two shares, so that what only one of them calls can be seen as well.
  const width = ({ total: [of = 0, against = 0] }: Call): number => (of + against) / 2;
  return page(
    title,
    `Calls of ${one.name} (${countOf(one.samples)} samples) against ${other.name} (${countOf(other.samples)}): each box is as wide as the mean of ` +
      "its shares in both. Shares are of each one's own time, so what one has more of need not take it longer.",
    legend,
    drawFlames(callTree([one.samples, other.samples]), description, width, look),
    differenceGrid(one, other),
  );
}

/** Of a difference of shares. */
export function differenceStyle(difference: number): string {
  const step = STEPS.filter((least) => Math.abs(difference) >= least).length;
  if (step === 0) return "same";
  return `${difference > 0 ? "more" : "less"}${step}`;
}

/** The functions of both, those first that differ most in what they do themselves. */
export function differenceGrid(one: Subject, other: Subject): Grid {
  const byIdentity = new Map<string, { heat: Heat; of?: Heat; against?: Heat }>();
  for (const heat of hottest(one.samples)) byIdentity.set(identityOf(heat.frame), { heat, of: heat });
  for (const heat of hottest(other.samples)) {
    const identity = identityOf(heat.frame);
    byIdentity.set(identity, { ...(byIdentity.get(identity) ?? { heat }), against: heat });
  }
  const rows = [...byIdentity].map(
    ([
      identity,
      {
        heat: { frame },
        of,
        against,
      },
    ]) => {
      return {
        identity,
        frame,
        of: of?.self ?? 0,
        against: against?.self ?? 0,
        totals: [of?.total ?? 0, against?.total ?? 0],
      };
    },
  );
  const order = rows.toSorted(
    (a, b) => Math.abs(b.of - b.against) - Math.abs(a.of - a.against) || (a.identity < b.identity ? -1 : 1),
  );
  return {
    title: "Functions that differ most in what they do themselves",
    content: "numbers",
    columns: [
      "function",
      "difference",
      `self, ${one.name}`,
      `self, ${other.name}`,
      `total, ${one.name}`,
      `total, ${other.name}`,
      "where",
    ],
    rows: order
      .slice(0, MOST_ROWS)
      .map(({ frame, of, against, totals }) =>
        [frame.name, points(of - against), percent(of), percent(against), ...totals.map(percent), placeOf(frame)].map(
          (text) => ({ text }),
        ),
      ),
  };
}

function heatGrid(heats: readonly Heat[]): Grid {
  return {
    title: "The hottest functions",
    content: "numbers",
    columns: ["function", "self", "total", "where"],
    rows: heats
      .slice(0, MOST_ROWS)
      .map(({ frame, self, total }) =>
        [frame.name, percent(self), percent(total), placeOf(frame)].map((text) => ({ text })),
      ),
  };
}

function points(difference: number): string {
  return `${difference > 0 ? "+" : difference < 0 ? "−" : ""}${percent(Math.abs(difference))}`;
}

function countOf(samples: Samples): number {
  return busySamples(samples).length;
}

function swatch(style: string, text: string): string {
  return `<li><span class="box ${style}">${escapeHtml(text)}</span></li>`;
}

function page(title: string, about: string, legend: readonly string[], drawing: string, grid: Grid): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<title>${escapeHtml(title)}</title>
<style>${STYLE}${FLAME_STYLE}</style>
</head>
<body>
<main class="page">
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(about)}</p>
<p class="quiet small">${escapeHtml(NOT_A_TIMING)}</p>
<ul class="legend">${legend.join("")}</ul>
<div class="scroll" tabindex="0" role="group" aria-label="Flamegraph">
${drawing}
</div>
${htmlTable(grid)}
</main>
</body>
</html>
`;
}

/** Fills as pale as that, and the ink on them, in light and dark alike. */
export const FLAME_COLOURS: Readonly<Record<string, string>> = {
  ink: "#14171c",
  javascript: "#ffd48a",
  native: "#c5d0dd",
  kernel: "#f3b4b0",
  idle: "#e9e9e9",
  same: "#e4e4e4",
  more1: "#ffdfd8",
  more2: "#ffb9ad",
  more3: "#ff9182",
  less1: "#d6e6ff",
  less2: "#a9ccff",
  less3: "#7db2ff",
};

const { ink: INK, ...FILLS } = FLAME_COLOURS;
const FLAME_STYLE = `
h1 { font-size: 1.4rem; margin: 1.2rem 0 .5rem; }
.flames { display: block; font: 11px ui-monospace, "SF Mono", Menlo, "DejaVu Sans Mono", monospace; margin: .8rem 0; }
.flames text { fill: ${INK}; pointer-events: none; } .flames g:hover rect { stroke: var(--ink); }
th:last-child, td:last-child { text-align: left; white-space: normal; overflow-wrap: anywhere; }
.box { color: ${INK}; padding: .1rem .5rem; border-radius: .2rem; }
${Object.entries(FILLS)
  .map(([name, fill]) => `.flames .${name} rect { fill: ${fill}; } .box.${name} { background: ${fill}; }`)
  .join("\n")}
`;
