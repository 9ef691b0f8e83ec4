// What `uring:check` finds out, as `--json` prints it. Fields are only added within a `schemaVersion`.
import type { Limit } from "./limits.ts";
import type { DriverUse, Status } from "./trial.ts";

/** The whole answer. */
export interface Report {
  readonly schemaVersion: 1;
  /** The kernel's release, as uname(1) says it. */
  readonly kernel: string;
  /** Whether the driver can run: it was made, waited once and was closed. */
  readonly usable: boolean;
  /** Why not; null where it can. */
  readonly problem: Problem | null;
  readonly limits: readonly Limit[];
  readonly tables: readonly Table[];
}

/** What keeps the driver from running. */
export interface Problem {
  /** The call that failed, such as "io_uring_setup"; null when it was none. */
  readonly syscall: string | null;
  /** Its error, such as "EPERM"; null when the call is not to blame. */
  readonly error: string | null;
  readonly message: string;
  /** What to do. */
  readonly remedy: string;
}

/** What was tried of one kind. */
export interface Table {
  readonly name: "setup" | "features" | "enter" | "entries" | "operations" | "operationFlags" | "register";
  readonly title: string;
  readonly works: number;
  readonly total: number;
  readonly rows: readonly Row[];
}

/** One flag or operation. */
export interface Row {
  readonly name: string;
  /** The Linux release that introduced it. */
  readonly since: string;
  readonly status: Status;
  /** The kernel's error where it does not work, such as "EINVAL". */
  readonly error: string | null;
  readonly driver: DriverUse;
  /** What the driver does where it is missing; null where it does not use it. */
  readonly fallback: string | null;
  /** What `counters.fallbacks` calls doing without; empty where it is not counted. */
  readonly counted: readonly string[];
  /** What it takes besides the kernel; null where nothing. */
  readonly needs: string | null;
  /** What the kernel itself says of the operation (IORING_REGISTER_PROBE); null where it cannot be asked. */
  readonly probe: boolean | null;
}
