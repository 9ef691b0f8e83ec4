/** Gives back what it is given. */
export function nothing(value: number): number {
  return value;
}
