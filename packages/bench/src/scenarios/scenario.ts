// What a scenario is: a workload with one factor, and how one observation of it is made.
import type { Observation, ScenarioRecord } from "../record/run.ts";
import type { Requirement } from "../contenders/requirements.ts";
import type { Command, Setting } from "../runner/command.ts";

/** The part of an observation that the scenario measures; the runner knows the rest. */
export interface Measurement extends Omit<
  Observation,
  "scenario" | "contender" | "level" | "round" | "sequence" | "setting"
> {
  /** The core that the measured process was kept on, if on a single one. */
  readonly pinnedTo?: number;
}

/** What a run has prepared for its observations. */
export interface RunSetup extends Setting {
  /** Cores for the measured server and for the load generator; null on a machine with a single core. */
  readonly pinning: { readonly server: number; readonly generator: number } | null;
  /** Path of a file of whole blocks of 4 KiB, each beginning with its own number. */
  readonly dataFile: string;
  /** An integer from 1 on, the same for every contender in a round. */
  readonly seed: number;
  /** Aborted when the run is interrupted. */
  readonly signal: AbortSignal;
}

/** A way to do the work of a scenario: the program that does it, and how much of it one observation asks for. */
export interface Entrant {
  /** The program at this level. */
  command(level: number): Command;
  /** Operations in the measured phase: enough for a time that the clock resolves. */
  operations(level: number): number;
  /** Operations before it: enough for the compiler to be done with the loop. What is native needs few. */
  warmup(level: number): number;
  /** Beyond it the contender does not take part. */
  readonly maximumLevel?: { readonly level: number; readonly reason: string };
}

/**
 * The headline scenarios answer when async is slower, and run unless others are named; the small workloads of "micro" and those of
 * "claims", which a claim has to have measured, run when they are named or when a claim needs them.
 */
export type Group = "headline" | "micro" | "claims";

export interface Scenario extends ScenarioRecord {
  readonly group: Group;
  /** What it needs of the machine, whoever takes part. */
  readonly needs?: readonly Requirement[];
  /** The levels of a quick run. */
  readonly quickLevels: readonly number[];
  /** Whether its programs repeat the operations until the time that they are given is filled; the others do them once. */
  readonly fillsBudget?: true;
  /** Keyed by the contender's name. */
  readonly entrants: Readonly<Record<string, Entrant>>;
  /** Makes one observation. Throws an error that says what failed; the observation then has no number. */
  observe(entrant: Entrant, level: number, setup: RunSetup): Promise<Measurement>;
}
