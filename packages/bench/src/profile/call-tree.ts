// Stacks as a tree of calls: what was called from where, and how large a share of all that was done each call has. Two profiles make one
// tree together, so that they can be compared call by call.
import { busySamples, type Frame, identityOf, type Samples, weightOf } from "./samples.ts";

/** Shares of what was done in each of the profiles, from 0 to 1. */
export interface Shares {
  readonly self: readonly number[];
  readonly total: readonly number[];
}

export interface Call extends Shares {
  readonly frame: Frame;
  /** In the order of their names and places, whatever the order of the samples. */
  readonly calls: readonly Call[];
}

/** A call while the tree grows, with weights in the place of shares: those that it makes are found by who is called. */
interface Growing extends Call {
  readonly identity: string;
  readonly self: number[];
  readonly total: number[];
  readonly calls: Growing[];
  readonly byIdentity: Map<string, Growing>;
}

/** The outermost calls of all profiles: a call has a share in each, in their order. */
export function callTree(profiles: readonly Samples[]): readonly Call[] {
  const all: Growing[] = [];
  const call = (frame: Frame, identity: string): Growing => {
    const none = (): number[] => profiles.map(() => 0);
    const made = { frame, identity, self: none(), total: none(), calls: [], byIdentity: new Map<string, Growing>() };
    all.push(made);
    return made;
  };
  const root = call({ name: "", kind: "idle" }, "");
  const busy = profiles.map(busySamples);
  for (const [profile, samples] of busy.entries()) {
    for (const { stack, weight } of samples) {
      let at = root;
      for (const frame of stack) {
        const identity = identityOf(frame);
        const known = at.byIdentity.get(identity);
        const next = known ?? call(frame, identity);
        if (known === undefined) {
          at.byIdentity.set(identity, next);
          at.calls.push(next);
        }
        add(next.total, profile, weight);
        at = next;
      }
      add(at.self, profile, weight);
    }
  }
  const wholes = busy.map(weightOf);
  for (const { calls, self, total } of all) {
    calls.sort((a, b) => (a.identity < b.identity ? -1 : 1));
    // Only now, so that the order of the samples leaves no trace in the last digit.
    for (const [profile, whole] of wholes.entries()) {
      self[profile] = (self[profile] ?? 0) / whole;
      total[profile] = (total[profile] ?? 0) / whole;
    }
  }
  return root.calls;
}

function add(weights: number[], profile: number, weight: number): void {
  weights[profile] = (weights[profile] ?? 0) + weight;
}
