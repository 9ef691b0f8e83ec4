// Whether two runs were taken on machines that are alike, so that what differs between them is the code.
import type { Environment } from "./environment.ts";

/** What must be the same, in the words of a message. The state of the code may differ: that is what is compared. */
const MUST_MATCH: readonly (readonly [what: string, of: (environment: Environment) => unknown])[] = [
  ["processor", ({ cpu }) => cpu.model],
  ["logical cores", ({ cpu }) => cpu.logicalCores],
  ["frequency governor", ({ cpu }) => cpu.governor],
  ["kernel", ({ kernel }) => kernel.release],
  ["kernel.io_uring_disabled", ({ kernel }) => kernel.ioUringDisabled],
  ["mitigations", ({ mitigations }) => Object.entries(mitigations).toSorted(([a], [b]) => (a < b ? -1 : 1))],
  ["virtualisation", ({ virtualisation }) => virtualisation],
  ["Node.js", ({ versions }) => versions.node],
  ["V8", ({ versions }) => versions.v8],
  ["C compiler", ({ versions }) => versions.cc],
  ["pinning", ({ pinning }) => pinning !== null],
  ["file system of the data file", ({ dataFileSystem }) => dataFileSystem],
];

/** Memory may differ by what a kernel keeps for itself. */
const MEMORY_TOLERANCE = 0.1;

/** Every way in which two environments are unlike, a sentence each; none where a comparison of their runs means something. */
export function comparable(base: Environment, head: Environment): string[] {
  const unlike = MUST_MATCH.flatMap(([what, of]) => {
    const [left, right] = [of(base), of(head)];
    return JSON.stringify(left) === JSON.stringify(right) ? [] : [`${what}: ${worded(left)} and ${worded(right)}`];
  });
  const memory = Math.abs(Math.log(base.memoryBytes / head.memoryBytes));
  return memory <= MEMORY_TOLERANCE ? unlike : [...unlike, `memory: ${base.memoryBytes} and ${head.memoryBytes} bytes`];
}

function worded(value: unknown): string {
  if (value === undefined) return "unknown";
  return typeof value === "string" || typeof value === "number" ? String(value) : JSON.stringify(value);
}
