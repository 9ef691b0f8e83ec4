// How the future within another is reached, as the levels of the scenario.
export const INLINED = 1;
export const POLLUTED = 3;
/** How many other classes the polluted call site has seen. */
export const OTHERS = 16;

/** What the outer futures' polls add up to. */
export function outerSum(polls: number): number {
  let sum = 0;
  for (let poll = 1; poll <= polls; poll++) sum += (poll & 1023) + 1;
  return sum;
}
