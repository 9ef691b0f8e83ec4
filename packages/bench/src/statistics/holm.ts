// Many questions asked of one run: one in twenty at 5 % is answered wrongly by chance. Holm's step-down correction (1979) keeps the
// chance that any of the answers is wrong at 5 %, whatever the dependence between them.

/** The adjusted p-values, in the order of the given ones: each is to be compared with the level as if it stood alone. */
export function holm(pValues: readonly number[]): number[] {
  const order = [...pValues.entries()].toSorted(([, a], [, b]) => a - b);
  const adjusted = pValues.map(() => 1);
  let least = 0;
  for (const [rank, [index, p]] of order.entries()) {
    least = Math.max(least, Math.min(1, p * (pValues.length - rank)));
    adjusted[index] = least;
  }
  return adjusted;
}
