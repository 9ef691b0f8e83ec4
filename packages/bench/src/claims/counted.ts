// A level as an amount, in words.

/** Such as "1 connection", "64 connections", "1 read in flight". */
export function counted(level: number, factor: string): string {
  // The plural is before what goes on: "reads in flight", "polls per event", "service classes".
  return `${level} ${level === 1 ? factor.replace(/(?:(?<=ss)e)?s(?= in | per |$)/, "") : factor}`;
}
