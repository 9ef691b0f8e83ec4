// What a test may have left behind.
import { readdirSync } from "node:fs";

/** How many descriptors this process has. */
export function countDescriptors(): number {
  return readdirSync("/proc/self/fd").length;
}
