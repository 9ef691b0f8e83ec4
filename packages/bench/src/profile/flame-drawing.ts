// A flamegraph as a drawing: a box for each call, as wide as its share, below the one that it was called from.
import { escapeHtml } from "../report/html/escape.ts";
import type { Call } from "./call-tree.ts";

/** How a call looks. */
export interface Look {
  /** A class of the page. */
  readonly style: string;
  /** What is shown when one points at it. */
  readonly title: string;
}

interface Box {
  readonly call: Call;
  /** In pixels. */
  readonly left: number;
  readonly width: number;
  readonly depth: number;
}

const WIDTH = 1200;
const ROW = 19;
const GAP = 1;
/** Of the font, a little more than its characters take. */
const CHARACTER = 6.7;
const PADDING = 3;
/** What is narrower cannot be seen. */
const NARROWEST = 0.6;

/**
 * @param description what a reader who cannot see it should be told
 * @param widthOf share of the whole width, from 0 to 1; of a call at least the sum of those that it makes
 */
export function drawFlames(
  calls: readonly Call[],
  description: string,
  widthOf: (call: Call) => number,
  lookOf: (call: Call) => Look,
): string {
  const boxes = layOut(calls, widthOf);
  const height = ROW * (1 + Math.max(0, ...boxes.map(({ depth }) => depth)));
  const drawn = boxes.map((box) => draw(box, lookOf(box.call)));
  return (
    `<svg class="flames" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" xmlns="http://www.w3.org/2000/svg" role="img" ` +
    `aria-label="${escapeHtml(description)}">\n${drawn.join("\n")}\n</svg>`
  );
}

/** In the order of the tree, without recursion: stacks may be deep. */
function layOut(calls: readonly Call[], widthOf: (call: Call) => number): readonly Box[] {
  const boxes: Box[] = [];
  const pending = place(calls, 0, 0, widthOf).toReversed();
  for (let box = pending.pop(); box !== undefined; box = pending.pop()) {
    if (box.width < NARROWEST) continue;
    boxes.push(box);
    pending.push(...place(box.call.calls, box.left, box.depth + 1, widthOf).toReversed());
  }
  return boxes;
}

function place(calls: readonly Call[], from: number, depth: number, widthOf: (call: Call) => number): Box[] {
  let left = from;
  return calls.map((call) => {
    const box = { call, left, width: WIDTH * widthOf(call), depth };
    left += box.width;
    return box;
  });
}

function draw({ call, left, width, depth }: Box, { style, title }: Look): string {
  const room = Math.floor((width - 2 * PADDING) / CHARACTER);
  const { name } = call.frame;
  const label = name.length <= room ? name : room < 3 ? "" : `${name.slice(0, room - 1)}…`;
  const text =
    label === "" ? "" : `<text x="${round(left + PADDING)}" y="${ROW * depth + 13}">${escapeHtml(label)}</text>`;
  const rectangle = `<rect x="${round(left)}" y="${ROW * depth}" width="${round(Math.max(NARROWEST, width - GAP))}" height="${ROW - GAP}"/>`;
  return `<g class="${style}"><title>${escapeHtml(title)}</title>${rectangle}${text}</g>`;
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
