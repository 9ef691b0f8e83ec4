// What an exploration has seen, in one line.
import type { Exploration } from "./explore.ts";

/** Such as `queue: push and steal: 1,204 schedules, all with at most 2 preemptions, 31 steps at most, 0.1 s`. */
export function report(exploration: Exploration): string {
  const { model, schedules, longestSteps, elapsedMs } = exploration;
  const count = `${grouped(schedules)} ${schedules === 1 ? "schedule" : "schedules"}`;
  return [`${model}: ${count}`, reachOf(exploration), `${longestSteps} steps at most`, `${seconds(elapsedMs)} s`].join(
    ", ",
  );
}

function reachOf({ mode, preemptions, complete, unbounded, seed }: Exploration): string {
  if (mode !== "exhaustive") return `by chance (${mode}, seed ${seed})`;
  if (unbounded) return "all there are";
  const bound = `with at most ${preemptions} ${preemptions === 1 ? "preemption" : "preemptions"}`;
  return complete ? `all ${bound}` : `not all ${bound}`;
}

function grouped(count: number): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, ",");
}

function seconds(elapsedMs: number): string {
  return (elapsedMs / 1000).toFixed(1);
}
