// Profiles as V8 writes them (`node --cpu-prof`): a tree of calls, and which of its nodes was running at which time
// (chromedevtools.github.io/devtools-protocol/v8/Profiler/#type-Profile).
import type { Frame, Sample, ThreadSamples } from "./samples.ts";
import type { SourcePlaces } from "./source-places.ts";

/** What is read of a profile; it has more. */
interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  /** Microseconds. */
  readonly startTime: number;
  readonly endTime: number;
  /** Ids of nodes. */
  readonly samples: readonly number[];
  /** Microseconds: from the sample before to this one, the first from the start. */
  readonly timeDeltas: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    /** Both from 0; -1 where there is none. */
    readonly lineNumber: number;
    readonly columnNumber: number;
  };
  readonly children?: readonly number[];
}

/** A profile that cannot be used: broken, or without a sample. */
export class UnusableProfileError extends Error {
  override readonly name = "UnusableProfileError";
}

const ROOT = "(root)";
const IDLE = "(idle)";
const ANONYMOUS = "(anonymous)";

/** @param text what is in a .cpuprofile. @throws UnusableProfileError */
export function readCpuProfile(text: string, name: string, places: SourcePlaces): ThreadSamples {
  const profile = parse(text);
  const stacks = stacksOf(profile, places);
  const samples: Sample[] = [];
  let now = profile.startTime + (profile.timeDeltas[0] ?? 0);
  for (const [index, id] of profile.samples.entries()) {
    const stack = stacks.get(id);
    if (stack === undefined) throw new UnusableProfileError(`sample ${index} is of node ${id}, which there is not`);
    // What ran at a sample is taken to have run until the next one. Deltas can be negative where threads read different clocks.
    const next = now + (profile.timeDeltas[index + 1] ?? profile.endTime - now);
    samples.push({ stack, weight: Math.max(0, next - now) });
    now = next;
  }
  return { name, samples };
}

/** The stack of each node, by its id. */
function stacksOf({ nodes }: CpuProfile, places: SourcePlaces): ReadonlyMap<number, readonly Frame[]> {
  const known = new Map<string, Frame>();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const hasParent = new Set(nodes.flatMap(({ children = [] }) => children));
  const stacks = new Map<number, readonly Frame[]>();
  const pending = nodes.filter(({ id }) => !hasParent.has(id)).map((node) => ({ node, above: [] as readonly Frame[] }));
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { node, above } = next;
    const { functionName, url, lineNumber, columnNumber } = node.callFrame;
    const key = `${functionName}\n${url}\n${lineNumber}\n${columnNumber}`;
    const frame = known.get(key) ?? frameOf(node.callFrame, places);
    known.set(key, frame);
    const stack = functionName === ROOT && above.length === 0 ? above : [...above, frame];
    stacks.set(node.id, stack);
    for (const id of node.children ?? []) {
      const child = byId.get(id);
      if (child === undefined) throw new UnusableProfileError(`node ${node.id} has a child ${id}, which there is not`);
      pending.push({ node: child, above: stack });
    }
  }
  return stacks;
}

function frameOf(
  { functionName, url, lineNumber, columnNumber }: ProfileNode["callFrame"],
  places: SourcePlaces,
): Frame {
  if (functionName === IDLE) return { name: functionName, kind: "idle" };
  const name = functionName === "" ? ANONYMOUS : functionName;
  if (url === "") return { name, kind: "native" };
  return { name, ...places.find(url, lineNumber + 1, columnNumber + 1), kind: "javascript" };
}

function parse(text: string): CpuProfile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UnusableProfileError("it is not JSON");
  }
  if (!isCpuProfile(value)) throw new UnusableProfileError("it is not a profile of V8");
  if (value.samples.length === 0) throw new UnusableProfileError("it has no sample");
  return value;
}

function isCpuProfile(value: unknown): value is CpuProfile {
  if (typeof value !== "object" || value === null) return false;
  const { nodes, startTime, endTime, samples, timeDeltas } = value as Record<keyof CpuProfile, unknown>;
  return (
    Array.isArray(nodes) &&
    nodes.every(isNode) &&
    [startTime, endTime].every(Number.isFinite) &&
    [samples, timeDeltas].every((list) => Array.isArray(list) && list.every(Number.isFinite))
  );
}

function isNode(value: unknown): value is ProfileNode {
  if (typeof value !== "object" || value === null) return false;
  const { id, callFrame, children = [] } = value as Record<keyof ProfileNode, unknown>;
  if (typeof callFrame !== "object" || callFrame === null) return false;
  const { functionName, url, lineNumber, columnNumber } = callFrame as Record<string, unknown>;
  return (
    [id, lineNumber, columnNumber].every(Number.isFinite) &&
    [functionName, url].every((text) => typeof text === "string") &&
    Array.isArray(children) &&
    children.every(Number.isFinite)
  );
}
