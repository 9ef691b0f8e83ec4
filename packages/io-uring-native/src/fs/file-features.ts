// Which operations on files this kernel has, found out by using them. An EINVAL alone does not say whether the kernel lacks the operation
// or refuses the arguments: that the same call succeeds in place does.
import { constants } from "node:os";
import { countFallback, type Counters } from "../counters.ts";

const { EINVAL, ENOSYS, EOPNOTSUPP } = constants.errno;

/** Operations that are newer than the oldest kernel on which the driver runs. */
export type FileFeature = "ftruncate" | "linkat" | "mkdirat" | "symlinkat";

/** What io_uring has no operation for. */
export type InPlaceCall =
  | "access"
  | "chmod"
  | "chown"
  | "copy_file_range"
  | "getdents64"
  | "lchown"
  | "lutimes"
  | "readlink"
  | "realpath"
  | "statfs"
  | "utimes";

export class FileFeatures {
  readonly #counters: Counters;
  readonly #working = new Set<FileFeature>();
  readonly #refused = new Map<FileFeature, number>();

  constructor(counters: Counters) {
    this.#counters = counters;
  }

  /** Whether trying it is worth while. If not, the call that is made in place is counted. */
  offers(feature: FileFeature): boolean {
    const refusal = this.#refused.get(feature);
    if (refusal === undefined) return true;
    this.#count(feature, refusal);
    return false;
  }

  /** It has worked: an EINVAL from now on is about the arguments. */
  works(feature: FileFeature): void {
    this.#working.add(feature);
  }

  /** Whether an error leaves open that the kernel lacks the operation. */
  mayLack(feature: FileFeature, error: number): boolean {
    return (error === -EINVAL || error === -EOPNOTSUPP) && !this.#working.has(feature);
  }

  /** The kernel lacks it: it is not tried again. */
  refuse(feature: FileFeature, error: number): void {
    this.#refused.set(feature, error);
    this.#count(feature, error);
  }

  /** A call that is always made in place. */
  countInPlace(call: InPlaceCall): void {
    this.#count(call, -ENOSYS);
  }

  #count(name: FileFeature | InPlaceCall, error: number): void {
    const counters = this.#counters;
    counters.crossings++;
    counters.systemCalls[name]++;
    countFallback(counters, name, error);
  }
}
