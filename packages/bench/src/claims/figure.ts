// Numbers as text, the same way wherever a reader meets one.

/** Three significant digits without an exponent: 0.0312, 3.12, 31.2, 312, 3120; a figure of three zeros is "0". */
export function figure(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const rounded = Number(value.toPrecision(3));
  const wholeDigits = Math.floor(Math.log10(Math.abs(rounded))) + 1;
  return rounded.toFixed(Math.min(6, Math.max(0, 3 - wholeDigits)));
}
