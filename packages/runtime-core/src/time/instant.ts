// A moment of a runtime's clock.
import { currentContext } from "../future/future.ts";

/** A moment: an `Instant`, or the milliseconds that the runtime's clock shows then. */
export type Moment = Instant | number;

/**
 * A moment of a runtime's clock; it means nothing on another. Instants compare with `<`, `<=`, `>` and `>=`; two of the same
 * moment have the same `atMs`.
 */
export class Instant {
  /** What the clock shows then, in milliseconds. */
  readonly atMs: number;

  /** @throws RangeError for NaN */
  constructor(atMs: number) {
    if (Number.isNaN(atMs)) throw new RangeError("an Instant expects a time in ms, but was given NaN");
    this.atMs = atMs;
  }

  /** What the clock of the current runtime shows. @throws AwaitOutsidePollError outside of a runtime */
  static now(): Instant {
    return new Instant(currentContext().runtime.timers.nowMs());
  }

  /** Milliseconds from this instant to now, 0 if it is still to come. @throws AwaitOutsidePollError outside of a runtime */
  elapsedMs(): number {
    return Instant.now().durationSinceMs(this);
  }

  /** Milliseconds from `earlier` to this instant, 0 if `earlier` is later. */
  durationSinceMs(earlier: Instant): number {
    // Without the comparison two infinite moments would be NaN apart.
    return this.atMs > earlier.atMs ? this.atMs - earlier.atMs : 0;
  }

  /** The instant `durationMs` milliseconds later. */
  add(durationMs: number): Instant {
    return new Instant(this.atMs + durationMs);
  }

  /** The instant `durationMs` milliseconds earlier. */
  sub(durationMs: number): Instant {
    return new Instant(this.atMs - durationMs);
  }

  /** `atMs`, so that instants compare. */
  valueOf(): number {
    return this.atMs;
  }
}

/** The milliseconds of a moment. @throws RangeError for NaN */
export function momentMs(moment: Moment): number {
  if (typeof moment !== "number") return moment.atMs;
  if (Number.isNaN(moment)) throw new RangeError("a time in ms was expected, but was NaN");
  return moment;
}
