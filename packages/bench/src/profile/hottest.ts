// The functions in which a program spends its time, as a list that needs no viewer.
import { busySamples, type Frame, identityOf, type Sample, type Samples, weightOf } from "./samples.ts";

/** How much of what was done was done in a function. */
export interface Heat {
  readonly frame: Frame;
  /** Share of the weights, from 0 to 1, in which it was running itself. */
  readonly self: number;
  /** In which it was running or waited for what it had called; counted once where it calls itself. */
  readonly total: number;
}

/** Every function, the hottest first. */
export function hottest(samples: Samples): readonly Heat[] {
  const busy = busySamples(samples);
  return heatOf(busy, weightOf(busy));
}

/** Share of the kernel in what was done, from 0 to 1: where the stacks reach into it. */
export function kernelShare(samples: Samples): number {
  const busy = busySamples(samples);
  const inKernel = busy.filter(({ stack }) => stack.at(-1)?.kind === "kernel");
  return busy.length === 0 ? 0 : weightOf(inKernel) / weightOf(busy);
}

function heatOf(busy: readonly Sample[], all: number): readonly Heat[] {
  const sums = new Map<string, { frame: Frame; self: number; total: number }>();
  const sumOf = (frame: Frame): { frame: Frame; self: number; total: number } => {
    const identity = identityOf(frame);
    const known = sums.get(identity) ?? { frame, self: 0, total: 0 };
    sums.set(identity, known);
    return known;
  };
  for (const { stack, weight } of busy) {
    const running = stack.at(-1);
    if (running !== undefined) sumOf(running).self += weight;
    for (const sum of new Set(stack.map(sumOf))) sum.total += weight;
  }
  return [...sums.values()]
    .map(({ frame, self, total }) => ({ frame, self: self / all, total: total / all }))
    .toSorted((a, b) => b.self - a.self || b.total - a.total || compare(identityOf(a.frame), identityOf(b.frame)));
}

/** A table of the first so many functions. */
export function formatHottest(heats: readonly Heat[], most: number): string {
  const rows = heats
    .slice(0, most)
    .map(({ frame, self, total }) => [percent(self), percent(total), frame.name, placeOf(frame)]);
  const width = Math.min(40, Math.max(8, ...rows.map(([, , name = ""]) => name.length)));
  const lines = [["self", "total", "function", "where"], ...rows].map(
    ([self = "", total = "", name = "", where = ""]) =>
      `${self.padStart(7)}  ${total.padStart(7)}  ${name.padEnd(width)}  ${where}`.trimEnd(),
  );
  return `${lines.join("\n")}\n`;
}

/** Where a function stands: its source, or whose code it is. */
export function placeOf({ file, line, kind }: Frame): string {
  if (file !== undefined) return line === undefined ? file : `${file}:${line}`;
  return kind === "kernel" ? "kernel" : "native";
}

/** With a decimal: the noise of a thousand samples is larger. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
