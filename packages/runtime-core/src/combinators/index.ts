// Futures made of futures.
export { byRef } from "./by-ref.ts";
export { capture, type Outcome } from "./capture.ts";
export { fuse, type Fuse } from "./fuse.ts";
export { join, joinBiased, joinSettled, type Outcomes, type Outputs } from "./join.ts";
export { joinAll } from "./join-all.ts";
export { inspect, inspectErr, map, mapErr } from "./map.ts";
export { maybeDone, type MaybeDone } from "./maybe-done.ts";
export { race, raceOk } from "./race.ts";
export { retry, type Jitter, type RetryOptions } from "./retry.ts";
export {
  select,
  selectBiased,
  when,
  type Branch,
  type Branches,
  type BranchOutput,
  type Selected,
  type When,
} from "./select.ts";
export { andThen, orElse } from "./sequel.ts";
export { shared, type Shared } from "./shared.ts";
