// One observation under a tool: the scenario's own, with its load and its checks, of a program that is started in another way. What it
// measures is thrown away: a profiled program is slower, so none of it may become a number.
import { choosePinning } from "../runner/pinning.ts";
import { DataFile } from "../runner/data-file.ts";
import { MachineError } from "../runner/machine-error.ts";
import type { Budget } from "../runner/mould.ts";
import type { Cell } from "../runner/plan.ts";
import type { Command } from "../runner/command.ts";

/** How much is done under a tool. */
export interface Effort {
  /** Times what an observation does, where its operations are a fixed number. */
  readonly times: number;
  /** Where the program fills the time that it is given. */
  readonly budget: Budget;
}

/** Little to warm up: the engine compiles while it is watched, and most of what is recorded should be the loop. */
export const USUAL_EFFORT: Effort = { times: 4, budget: { warmupMs: 200, batchMs: 1500 } };

/** The same for a shorter or longer time. */
export function scaled({ times, budget }: Effort, factor: number): Effort {
  return {
    times: times * factor,
    budget: { warmupMs: Math.ceil(budget.warmupMs * factor), batchMs: Math.ceil(budget.batchMs * factor) },
  };
}

/** @param start how the tool starts the program. @throws MachineError that names what failed under the tool */
export async function observeUnder(
  tool: string,
  { scenario, contender, entrant, level }: Cell,
  start: (command: Command) => Command,
  { times, budget }: Effort,
  signal: AbortSignal,
): Promise<void> {
  using dataFile = new DataFile();
  const factor = scenario.fillsBudget === true ? 1 : times;
  const watched = {
    ...entrant,
    command: (at: number) => start(entrant.command(at)),
    operations: (at: number) => Math.ceil(factor * entrant.operations(at)),
    warmup: (at: number) => Math.ceil(Math.min(factor, 1) * entrant.warmup(at)),
  };
  try {
    await scenario.observe(watched, level, {
      ...{ pinning: choosePinning(), dataFile: dataFile.path, seed: 1, paddingBytes: 0, signal, budget },
    });
  } catch (error) {
    signal.throwIfAborted();
    const message = error instanceof Error ? error.message : String(error);
    throw new MachineError(`${scenario.name} of ${contender.name} failed under ${tool}: ${message}`);
  }
}
