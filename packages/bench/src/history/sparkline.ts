// A series as a word of blocks: ▁ is its least figure and █ its largest. Longer series are told by the medians of equal parts.
import { median } from "../statistics/index.ts";

const BLOCKS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;

/** At most so many blocks; all in the middle where nothing varies. */
export function sparkline(values: readonly number[], width: number): string {
  const shown = values.length <= width ? values : condensed(values, width);
  const [low, high] = [Math.min(...shown), Math.max(...shown)];
  return shown
    .map((value) => BLOCKS[high === low ? 3 : Math.round(((value - low) / (high - low)) * (BLOCKS.length - 1))])
    .join("");
}

function condensed(values: readonly number[], width: number): number[] {
  return Array.from({ length: width }, (_, part) => {
    const [from, to] = [part, part + 1].map((edge) => Math.floor((edge * values.length) / width));
    return median(values.slice(from, to));
  });
}
