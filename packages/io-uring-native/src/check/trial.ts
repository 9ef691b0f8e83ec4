// What is tried, and what the outcome of a trial means.
import { constants } from "node:os";
import { getSystemErrorName } from "node:util";
import type { Feature } from "../features.ts";
import type { FileFeature } from "../fs/file-features.ts";
import type { Workbench } from "./workbench.ts";

const { EINVAL, EOPNOTSUPP } = constants.errno;

/** What the driver makes of a feature. */
export type DriverUse =
  /** It does not run without. */
  | "required"
  /** It uses it where it is offered. */
  | "preferred"
  /** It is listed because a kernel may offer it. */
  | "unused";

/** One thing that a kernel may offer. */
export interface Offer {
  /** As in linux/io_uring.h, without the prefix of its table. */
  readonly name: string;
  /** The Linux release that introduced it. */
  readonly since: string;
  readonly use: DriverUse;
  /** What the driver does instead, where it uses it. */
  readonly without?: string;
  /** What the driver calls that in `counters.fallbacks`. */
  readonly counted?: readonly (Feature | FileFeature)[];
}

/** One that is tried. */
export interface Trial extends Offer {
  /** Does it once, harmlessly. Returns the kernel's answer: a value >= 0, or -errno. */
  readonly attempt: (bench: Workbench) => number;
  /** Errors, positive, that only a kernel gives that understood what was asked. */
  readonly proof?: readonly number[];
  /** Why a kernel that offers it may still say no here. */
  readonly needs?: string;
}

/** What trying something showed. */
export type Status =
  | "works"
  /** The kernel does not know it. */
  | "absent"
  /** The kernel knows it, and said no. */
  | "refused"
  /** It takes what is not here to try it, and the kernel says that it knows it. */
  | "untried";

/** The result of one trial. */
export interface Outcome {
  readonly status: Status;
  /** Such as "EPERM", where the kernel gave an error. */
  readonly error?: string;
}

/**
 * @param answer of the kernel
 * @param known whether the kernel itself says that it has this; undefined when it cannot be asked
 */
export function judge(trial: Pick<Trial, "proof" | "needs">, answer: number, known: boolean | undefined): Outcome {
  if (answer >= 0 || (trial.proof ?? []).includes(-answer)) return { status: "works" };
  const error = getSystemErrorName(answer);
  const unknown = answer === -EINVAL || answer === -EOPNOTSUPP;
  if (known === false || (unknown && known === undefined)) return { status: "absent", error };
  return { status: trial.needs === undefined ? "refused" : "untried", error };
}
