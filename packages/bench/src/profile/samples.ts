// What every sampling profiler records, whichever it was: for each thread the stacks that were seen, and how much each counts.

/** A function, or what stands for one. The same object wherever the same function of one profile is meant. */
export interface Frame {
  readonly name: string;
  /** Of the source where it is known; a path from the root of the repository for code that is in it. */
  readonly file?: string;
  /** From 1. */
  readonly line?: number;
  readonly kind: FrameKind;
}

/** Code in JavaScript, of the engine or another program or library, of the kernel, or no code at all: the thread had nothing to do. */
export type FrameKind = "javascript" | "native" | "kernel" | "idle";

export interface Sample {
  /** From the outermost function inwards. */
  readonly stack: readonly Frame[];
  /** In the unit of the profile. */
  readonly weight: number;
}

export interface ThreadSamples {
  readonly name: string;
  /** In the order of time. */
  readonly samples: readonly Sample[];
}

export interface Samples {
  /** Of the weights: time, or the number of times that a stack was seen. */
  readonly unit: "microseconds" | "samples";
  readonly threads: readonly ThreadSamples[];
}

/** The stacks of all threads in which something was done. */
export function busySamples({ threads }: Samples): readonly Sample[] {
  return threads.flatMap(({ samples }) =>
    samples.filter(({ stack, weight }) => weight > 0 && stack.length > 0 && stack.at(-1)?.kind !== "idle"),
  );
}

/** Sum of the weights. */
export function weightOf(samples: readonly Sample[]): number {
  return samples.reduce((sum, { weight }) => sum + weight, 0);
}

/** The same text for frames that are the same function, whichever profile they are of. */
export function identityOf({ name, file, line, kind }: Frame): string {
  return JSON.stringify([name, file, line, kind]);
}
