// The function as the language's own async function, which two targets are emitted from.

export const LOAD = "declare function load(id: number): Promise<number>;";

export function asyncFunction(index: number): string {
  return `
export async function total${index}(count: number): Promise<number> {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const value = await load(i);
    if (value > ${index}) sum += value;
  }
  return sum;
}`;
}
