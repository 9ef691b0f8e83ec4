export { type ErrorKind, type Finding, formatTrace, InterleavingError, type TraceStep } from "./error.ts";
export {
  type Exploration,
  explore,
  type ExploreOptions,
  exploreRandom,
  type RandomOptions,
  replay,
  type Replayed,
} from "./explore.ts";
export type { Memory, Model, Options, Results, Scene, Threads } from "./model.ts";
export { report } from "./report.ts";
