// Finds out by trying: whether the driver runs, and every flag and operation one by one.
// Relies on: nothing that it finds out. Where no ring can be had, everything that needs one is untried.
import { AddonMissingError, signalEventFd, SystemError, systemError } from "@pollab/io-sys";
import { constants, release } from "node:os";
import { UringDriver } from "../driver.ts";
import { nativeKernel } from "../kernel.ts";
import { IoUringUnavailableError } from "../unavailable.ts";
import { rawCalls } from "./calls.ts";
import { ENTER_FLAGS } from "./enter-flags.ts";
import { ENTRY_FLAGS } from "./entry-flags.ts";
import { FEATURES } from "./features.ts";
import { readLimits } from "./limits.ts";
import { OPERATION_FLAGS } from "./operation-flags.ts";
import { OPERATIONS } from "./operations/index.ts";
import { REGISTRATIONS } from "./registrations.ts";
import { problemOf } from "./problem.ts";
import type { Report, Row, Table } from "./report.ts";
import { SETUP_FLAGS } from "./setup-flags.ts";
import { judge, type Offer, type Outcome, type Trial } from "./trial.ts";
import { Workbench } from "./workbench.ts";

const REGISTER_PROBE = 8;
const PROBED = 256;
const PROBE_HEADER_BYTES = 16;
const PROBE_ROW_BYTES = 8;
const OP_SUPPORTED = 1;

const MAX_TURNS = 10;
const TURN_MS = 100;

/** @throws only for what is a mistake of this program */
export function inspect(): Report {
  const limits = readLimits();
  const problem = driverProblem();
  const bench = openWorkbench();
  try {
    return {
      schemaVersion: 1,
      kernel: release(),
      usable: problem === null,
      problem: problem === null ? null : problemOf(problem, limits),
      limits,
      tables: tablesOf(bench),
    };
  } finally {
    if (bench instanceof Workbench) bench.close();
  }
}

/** Runs the driver as a program would. Returns what is in the way. */
function driverProblem(): Error | null {
  let driver: UringDriver | undefined;
  try {
    driver = UringDriver.create();
    waitOnce(driver);
    driver.close();
    return null;
  } catch (error) {
    if (error instanceof IoUringUnavailableError || error instanceof AddonMissingError) return error;
    if (error instanceof SystemError) return error;
    throw error;
  }
}

/** An event comes in while the driver waits for it: entries go in, and completions come out. */
function waitOnce(driver: UringDriver): void {
  signalEventFd(driver.unparkHandle.eventFd);
  for (let turns = 0; driver.counters.completed === 0; turns++) {
    if (turns === MAX_TURNS) throw systemError(constants.errno.ETIME, "io_uring_enter");
    driver.park(TURN_MS);
  }
}

/** What trials work on, or why there is none. */
function openWorkbench(): Workbench | Outcome {
  try {
    return new Workbench(nativeKernel(), rawCalls());
  } catch (error) {
    if (error instanceof SystemError) return { status: "untried", error: error.code };
    if (error instanceof AddonMissingError) return { status: "untried" };
    throw error;
  }
}

function tablesOf(bench: Workbench | Outcome): Table[] {
  const probed = bench instanceof Workbench ? probe(bench) : undefined;
  const features = bench instanceof Workbench ? bench.ring.features : undefined;
  const tried = (trial: Trial): Row => row(trial, outcomeOf(bench, trial, undefined));
  return [
    table("setup", "set-up flags", SETUP_FLAGS.map(tried)),
    table(
      "features",
      "features",
      FEATURES.map((feature) => row(feature, hasFeature(feature.bit, features, bench))),
    ),
    table("enter", "enter flags", ENTER_FLAGS.map(tried)),
    table("entries", "entry flags", ENTRY_FLAGS.map(tried)),
    table(
      "operations",
      "operations",
      OPERATIONS.map((operation) => {
        const known = probed?.has(operation.opcode);
        return row(operation, outcomeOf(bench, operation, known), known);
      }),
    ),
    table("operationFlags", "operation flags", OPERATION_FLAGS.map(tried)),
    table("register", "registrations", REGISTRATIONS.map(tried)),
  ];
}

function table(name: Table["name"], title: string, rows: readonly Row[]): Table {
  return { name, title, works: rows.filter(({ status }) => status === "works").length, total: rows.length, rows };
}

function row(offer: Offer & Pick<Trial, "needs">, { status, error }: Outcome, probed?: boolean): Row {
  return {
    name: offer.name,
    since: offer.since,
    status,
    error: error ?? null,
    driver: offer.use,
    fallback: offer.without ?? (offer.use === "required" ? "the driver cannot run" : null),
    counted: offer.counted ?? [],
    needs: offer.needs ?? null,
    probe: probed ?? null,
  };
}

function hasFeature(bit: number, features: number | undefined, bench: Workbench | Outcome): Outcome {
  if (features === undefined) return bench instanceof Workbench ? { status: "untried" } : bench;
  return { status: ((features >>> bit) & 1) === 1 ? "works" : "absent" };
}

function outcomeOf(bench: Workbench | Outcome, trial: Trial, known: boolean | undefined): Outcome {
  if (!(bench instanceof Workbench)) return bench;
  try {
    return judge(
      trial,
      bench.attempt(() => trial.attempt(bench)),
      known,
    );
  } catch (error) {
    // A call that the trial builds on was refused, io_uring_enter(2) for one.
    if (error instanceof SystemError) return judge(trial, error.errno, known);
    // Node's own: there is no file to try it on, for want of a temporary folder or of descriptors.
    if (error instanceof Error && "syscall" in error && "code" in error) {
      return { status: "untried", error: String(error.code) };
    }
    throw error;
  }
}

/** The operations that the kernel says it has; undefined where it cannot be asked. */
function probe(bench: Workbench): ReadonlySet<number> | undefined {
  return bench.attempt(() => {
    const answer = bench.memory.take(PROBE_HEADER_BYTES + PROBED * PROBE_ROW_BYTES);
    if (bench.register(REGISTER_PROBE, answer, PROBED) < 0) return undefined;
    const supported = new Set<number>();
    const rows = answer.readU8(1);
    for (let index = 0; index < rows; index++) {
      const at = PROBE_HEADER_BYTES + index * PROBE_ROW_BYTES;
      if ((answer.readU16(at + 2) & OP_SUPPORTED) !== 0) supported.add(answer.readU8(at));
    }
    return supported;
  });
}
