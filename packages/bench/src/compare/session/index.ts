// Two commits in one session: the other one is checked out and built, and both are measured by this lab.
export { BasePrograms, baseName, nameOfBase, relocated } from "./base-programs.ts";
export { BaseTree, type Commit, findCommit, trailersSince } from "./base-tree.ts";
export { bothOf, splitSession } from "./interleaved.ts";
export { sessionMould, standardBenchmarks } from "./standard.ts";
