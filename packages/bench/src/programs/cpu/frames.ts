// A frame loop of 60 Hz beside the work, and how late its frames begin.
import type { Outcome } from "../micro/harness.ts";

const FRAME_MS: number = 1000 / 60;

export class Frames {
  private readonly latenessMs: number[] = [];
  /** When the next frame is due, in ms of `performance.now()`. */
  dueMs: number = performance.now() + FRAME_MS;

  /** A frame begins. Those that were due meanwhile are dropped, as a display does. */
  begin(): void {
    const now = performance.now();
    this.latenessMs.push(now - this.dueMs);
    this.dueMs += FRAME_MS * Math.max(1, Math.ceil((now - this.dueMs) / FRAME_MS));
  }

  /** @param result what the work computed */
  outcome(result: number): Outcome {
    // A loop that never came to its turn is late by all that time.
    if (this.latenessMs.length === 0) this.begin();
    const sorted = this.latenessMs.toSorted((a, b) => a - b);
    const at = (share: number): number => Math.max(0, sorted[Math.floor(share * (sorted.length - 1))] ?? 0) * 1e6;
    return { result, counters: { p50LatenessNs: at(0.5), p99LatenessNs: at(0.99), worstLatenessNs: at(1) } };
  }
}

/** On Node.js's event loop. Returns what ends it. */
export function startFrames(frames: Frames): () => void {
  let timer: NodeJS.Timeout;
  const arm = (): void => {
    timer = setTimeout(
      () => {
        frames.begin();
        arm();
      },
      Math.max(0, frames.dueMs - performance.now()),
    );
  };
  arm();
  return () => clearTimeout(timer);
}
