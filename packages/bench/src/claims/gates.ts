// What claims may need of a machine beyond what their scenarios and contenders do.
import { availableParallelism } from "node:os";

/** Two processors: on a single one, two threads take turns, and sharing out work between them can gain nothing. */
export function twoCores(): string | undefined {
  return availableParallelism() >= 2 ? undefined : "a second processor that this process may use (see taskset, nproc)";
}
