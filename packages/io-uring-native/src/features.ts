// What this kernel has, found out by using it: a feature counts as refused from the first time on that the kernel does not know it, and
// as working from its first success on. Every use that has to do without is counted with the kernel's reason.
import { constants } from "node:os";
import { countFallback, type Counters } from "./counters.ts";

const { errno: ERRNO } = constants;

/** What kernels say of an operation or a flag that they do not know. */
const UNKNOWN: ReadonlySet<number> = new Set([-ERRNO.EINVAL, -ERRNO.ENOSYS]);

/** What they say of one that this kind of file does not have. */
const NOT_FOR_THIS_FILE: ReadonlySet<number> = new Set([-ERRNO.EOPNOTSUPP]);

/** Everything that is used where it is there and not missed where it is not. */
export type Feature =
  | "accept multishot"
  | "direct descriptors"
  | "incremental buffers"
  | "message ring"
  | "napi"
  | "poll multishot"
  | "provided buffers"
  | "recv multishot"
  | "recvmsg multishot"
  | "registered buffers"
  | "registered files"
  | "send zero-copy"
  | "send zero-copy report"
  | "sendmsg zero-copy"
  | "submission thread"
  | "synchronous cancel";

export class Features {
  readonly #counters: Counters;
  readonly #working = new Set<Feature>();
  readonly #refused = new Map<Feature, number>();

  constructor(counters: Counters) {
    this.#counters = counters;
  }

  /** Whether trying it is worth while. If not, the use that does without is counted. */
  offers(feature: Feature): boolean {
    const refusal = this.#refused.get(feature);
    if (refusal === undefined) return true;
    this.count(feature, refusal);
    return false;
  }

  /** It has worked: an EINVAL from now on is about the arguments. */
  works(feature: Feature): void {
    this.#working.add(feature);
  }

  /** Whether an error says that the feature is lacking: for this file, or everywhere, and then it is not tried again. */
  refuses(feature: Feature, error: number): boolean {
    if (NOT_FOR_THIS_FILE.has(error)) {
      this.count(feature, error);
      return true;
    }
    if (!UNKNOWN.has(error) || this.#working.has(feature)) return false;
    this.refuse(feature, error);
    return true;
  }

  /** It is not tried again, for whatever reason. */
  refuse(feature: Feature, error: number): void {
    this.#refused.set(feature, error);
    this.count(feature, error);
  }

  /** One use had to do without. */
  count(feature: Feature, error: number): void {
    countFallback(this.#counters, feature, error);
  }
}
