// Futures made of futures.
export { join, type Outputs } from "./join.ts";
export { select, selectBiased, type Branches, type Selected } from "./select.ts";
