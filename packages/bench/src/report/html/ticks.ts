// Round values along an axis.

/** 1, 2, 5 and their like between two positive values: finer where the range is short, coarser where it is long. */
export function logTicks(low: number, high: number): number[] {
  const decades = Math.log10(high / low);
  const steps =
    decades > 3
      ? [1]
      : decades > 0.9
        ? [1, 2, 5]
        : decades > 0.4
          ? [1, 1.5, 2, 3, 4, 5, 7]
          : [1, 1.1, 1.2, 1.3, 1.4, 1.6, 1.8, 2, 2.2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9];
  const ticks: number[] = [];
  for (let exponent = Math.floor(Math.log10(low)); 10 ** exponent <= high; exponent += 1) {
    for (const step of steps) {
      const tick = step * 10 ** exponent;
      if (tick >= low && tick <= high) ticks.push(tick);
    }
  }
  return ticks;
}

/** Multiples of 1, 2 or 5 times a power of ten: from two to about `most` of them. */
export function linearTicks(low: number, high: number, most: number): number[] {
  const rough = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((each) => each * power >= rough) ?? 10);
  const first = Math.ceil(low / step);
  const last = Math.floor(high / step);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}
