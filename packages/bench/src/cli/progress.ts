// Progress on stderr: one line that is rewritten on a terminal, a line each round elsewhere.
import type { Progress, RunPlan } from "../runner/run.ts";

export class ProgressLine {
  private readonly stream: NodeJS.WriteStream;
  private lastRound = -1;

  constructor(stream: NodeJS.WriteStream) {
    this.stream = stream;
  }

  show({ cell, round, rounds, done, total, leftMs }: Progress): void {
    const left = leftMs === undefined ? "" : `, ${duration(leftMs)} left`;
    const where = `round ${round + 1} of ${rounds}, ${Math.floor((100 * done) / total)} %${left}`;
    if (this.stream.isTTY) {
      const line = `${where}: ${cell.scenario.name}, ${cell.contender.name}, ${cell.level} ${cell.scenario.factor}`;
      this.stream.write(`\r\u001b[2K${line.slice(0, Math.max(20, this.stream.columns - 1))}`);
    } else if (round !== this.lastRound) {
      this.stream.write(`${where}\n`);
    }
    this.lastRound = round;
  }

  clear(): void {
    if (this.stream.isTTY) this.stream.write("\r\u001b[2K");
  }
}

/** Such as "235 observations a round, 3 rounds: about 2 min 30 s". */
export function describePlan({ observationsPerRound, rounds, limitMs, expectedRoundMs }: RunPlan): string {
  const perRound = `${observationsPerRound} observations a round`;
  const fitting = Math.floor(limitMs / expectedRoundMs);
  if (fitting >= rounds) {
    const times = rounds === 1 ? "1 round" : `${rounds} rounds`;
    return `${perRound}, ${times}: about ${duration(rounds * expectedRoundMs)}, if nothing else runs`;
  }
  if (fitting === 0) {
    return `${perRound}, which take about ${duration(expectedRoundMs)}: not all of them will be made within ${duration(limitMs)}`;
  }
  return (
    `${perRound}, as many of ${rounds} rounds as end within ${duration(limitMs)}: ` +
    `about ${fitting}, if nothing else runs`
  );
}

function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
