// What about a machine makes its numbers doubtful, with the cause and what to do.
import type { Disturbance, Environment } from "../record/environment.ts";
import { threadSiblings } from "./pinning.ts";

/** Above it, other programs had a share of the processors that no interval accounts for. */
const BUSY_LOAD_PER_CORE = 0.5;
/** Of all processor time: more than this, taken by others while it was measured, is more than scatter. */
const DISTURBING_SHARE = 0.02;

export function cautionsAbout(environment: Omit<Environment, "warnings">): string[] {
  const { cpu, load, virtualisation, pinning, git } = environment;
  const warnings: string[] = [];
  if (load[0] > BUSY_LOAD_PER_CORE * cpu.logicalCores) {
    warnings.push(
      `The machine was busy when the run began (load ${load[0].toFixed(2)} on ${cpu.logicalCores} cores): ` +
        "end other programs, or take more rounds with --rounds.",
    );
  }
  if (virtualisation !== "none") {
    warnings.push(
      `This is a virtual machine or container (${virtualisation}): its host may take processor time away unseen.`,
    );
  }
  if (pinning === null) {
    warnings.push(
      "Server and load generator were not pinned to cores of their own (one core, or no taskset): they disturb each other.",
    );
  }
  if (pinning !== null && threadSiblings(pinning.server).includes(pinning.generator)) {
    warnings.push(
      `Server and load generator run on two threads of one core (${pinning.server} and ${pinning.generator}): they slow each other down.`,
    );
  }
  if (cpu.governor !== undefined && cpu.governor !== "performance") {
    warnings.push(
      `The processor's frequency governor is "${cpu.governor}": "cpupower frequency-set --governor performance" makes times steadier.`,
    );
  }
  if (git?.dirty === true)
    warnings.push("The code has changes that are not committed: the commit alone does not name it.");
  return warnings;
}

/** What disturbed the run while it lasted. */
export function cautionsAfter(during: Disturbance, logicalCores: number): string[] {
  const { stealShare = 0, foreignShare = 0, quotaThrottledMs = 0, thermalThrottles = 0 } = during;
  const warnings: string[] = [];
  if (stealShare > DISTURBING_SHARE) {
    warnings.push(
      `The hypervisor gave ${percent(stealShare)} of the processor time to others during the run: ` +
        "measure on a quieter host, or take more rounds with --rounds.",
    );
  }
  if (foreignShare > DISTURBING_SHARE) {
    warnings.push(
      `Other programs used ${percent(foreignShare)} of the ${logicalCores} cores during the run: end them, or take more rounds with --rounds.`,
    );
  }
  if (quotaThrottledMs > 0) {
    warnings.push(
      `The container's processor quota held the lab back for ${Math.round(quotaThrottledMs)} ms: raise its limit (docker run --cpus).`,
    );
  }
  if (thermalThrottles > 0) {
    warnings.push(
      `The processor slowed down ${thermalThrottles} times because it was hot: let it cool, and measure less at once with --quick.`,
    );
  }
  return warnings;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
}
