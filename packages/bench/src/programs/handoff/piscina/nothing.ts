/** Gives back what it is given. */
export default function nothing(value: number): number {
  return value;
}
