// How Node.js loads modules, folded into one call: it recurses once for each import, so that it would make a flamegraph several times as
// high as the program that it is about.
import type { Frame, Sample, Samples } from "./samples.ts";

/** What stands for it. */
const LOADING: Frame = { name: "(loading modules)", file: "node:internal/modules", kind: "javascript" };
/** Below so many calls of Node.js's own in a row there is nothing to fold. */
const FEWEST_CALLS = 4;

/** The same samples with a single call wherever Node.js loads modules; what it calls in the end remains. */
export function foldLoading({ unit, threads }: Samples): Samples {
  const folded = new Map<readonly Frame[], readonly Frame[]>();
  const fold = (sample: Sample): Sample => {
    const stack = folded.get(sample.stack) ?? folding(sample.stack);
    folded.set(sample.stack, stack);
    return { ...sample, stack };
  };
  return { unit, threads: threads.map(({ name, samples }) => ({ name, samples: samples.map(fold) })) };
}

function folding(stack: readonly Frame[]): readonly Frame[] {
  const result: Frame[] = [];
  for (let at = 0; at < stack.length;) {
    let end = at;
    while (isOfNode(stack[end])) end++;
    const run = stack.slice(at, Math.max(end, at + 1));
    result.push(...(run.length >= FEWEST_CALLS && run.some(isLoading) ? [LOADING] : run));
    at += run.length;
  }
  return result;
}

function isOfNode(frame: Frame | undefined): boolean {
  return frame?.file?.startsWith("node:") === true;
}

function isLoading({ file = "" }: Frame): boolean {
  return file.startsWith("node:internal/modules/");
}
