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

interface Growing {
  readonly frame: Frame;
  readonly self: number[];
  readonly total: number[];
  readonly calls: Map<string, Growing>;
}

/** The outermost calls of all profiles: a call has a share in each, in their order. */
export function callTree(profiles: readonly Samples[]): readonly Call[] {
  const none = (): number[] => profiles.map(() => 0);
  const outermost = new Map<string, Growing>();
  for (const [profile, samples] of profiles.entries()) {
    const busy = busySamples(samples);
    const all = weightOf(busy);
    for (const { stack, weight } of busy) {
      let level = outermost;
      for (const [depth, frame] of stack.entries()) {
        const identity = identityOf(frame);
        const call = level.get(identity) ?? { frame, self: none(), total: none(), calls: new Map() };
        level.set(identity, call);
        add(call.total, profile, weight / all);
        if (depth === stack.length - 1) add(call.self, profile, weight / all);
        level = call.calls;
      }
    }
  }
  return inOrder(outermost);
}

function add(shares: number[], profile: number, share: number): void {
  shares[profile] = (shares[profile] ?? 0) + share;
}

function inOrder(level: ReadonlyMap<string, Growing>): readonly Call[] {
  return [...level]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { frame, self, total, calls }]) => ({ frame, self, total, calls: inOrder(calls) }));
}
