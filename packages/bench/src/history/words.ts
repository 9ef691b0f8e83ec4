// The words of a history, which the terminal and the page share.
import { figure, quantity } from "../claims/index.ts";
import type { Environment } from "../record/environment.ts";
import type { Point, Series } from "./store.ts";
import type { Change } from "./trends.ts";

/** "regressed +12 % (10.0 ns to 11.2 ns) since abc1234, 2025-01-02". */
export function changeText({ verdict, before, after, since }: Change, { metric }: Series): string {
  const share = before > 0 ? `${after > before ? "+" : ""}${figure((100 * (after - before)) / before)} % ` : "";
  const values = `(${quantity(before, metric.unit)} to ${quantity(after, metric.unit)})`;
  return `${verdict} ${share}${values} since ${codeOf(since)}, ${since.startedAt.slice(0, 10)}`;
}

/** The commit that was measured. */
export function codeOf({ commit, dirty }: Point): string {
  if (commit === null) return "unknown code";
  return `${commit.slice(0, 7)}${dirty ? " with uncommitted changes" : ""}`;
}

/** A machine in a line. */
export function machineText({ cpu, kernel, versions }: Environment): string {
  return `${cpu.model}, ${cpu.logicalCores} cores, Linux ${kernel.release}, Node ${versions.node}`;
}
