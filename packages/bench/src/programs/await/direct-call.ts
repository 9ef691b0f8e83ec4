// Plain functions: what everything else is compared with. They cannot wait.
import type { Style } from "./style.ts";

function chain(depth: number, value: number): number {
  return depth === 1 ? value : chain(depth - 1, value);
}

export const style: Style = {
  call(depth, operations) {
    let sum = 0;
    for (let i = 0; i < operations; i++) sum += chain(depth, i);
    return sum;
  },
};
