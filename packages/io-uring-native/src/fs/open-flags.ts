// How a file is opened: "r+" and its kind as the flags of open(2), as Node reads them.
import { constants } from "node:fs";

const { O_APPEND, O_CREAT, O_EXCL, O_RDONLY, O_RDWR, O_SYNC, O_TRUNC, O_WRONLY } = constants;

const FLAGS: Readonly<Record<string, number>> = {
  r: O_RDONLY,
  rs: O_RDONLY | O_SYNC,
  "r+": O_RDWR,
  "rs+": O_RDWR | O_SYNC,
  w: O_TRUNC | O_CREAT | O_WRONLY,
  wx: O_TRUNC | O_CREAT | O_WRONLY | O_EXCL,
  "w+": O_TRUNC | O_CREAT | O_RDWR,
  "wx+": O_TRUNC | O_CREAT | O_RDWR | O_EXCL,
  a: O_APPEND | O_CREAT | O_WRONLY,
  ax: O_APPEND | O_CREAT | O_WRONLY | O_EXCL,
  as: O_APPEND | O_CREAT | O_WRONLY | O_SYNC,
  "a+": O_APPEND | O_CREAT | O_RDWR,
  "ax+": O_APPEND | O_CREAT | O_RDWR | O_EXCL,
  "as+": O_APPEND | O_CREAT | O_RDWR | O_SYNC,
};

/** The letters that Node takes in another order as well. */
const ALIASES: Readonly<Record<string, string>> = {
  sr: "rs",
  "sr+": "rs+",
  xw: "wx",
  "xw+": "wx+",
  xa: "ax",
  "xa+": "ax+",
  sa: "as",
  "sa+": "as+",
};

/** @throws TypeError for what is neither a number nor one of Node's strings */
export function openFlags(flags: string | number): number {
  if (typeof flags === "number") {
    if (Number.isInteger(flags)) return flags;
    throw new TypeError(`expected flags of open(2), got ${flags}`);
  }
  const known = FLAGS[ALIASES[flags] ?? flags];
  if (known === undefined) throw new TypeError(`expected flags such as "r", "r+", "w", "wx" or "a", got "${flags}"`);
  return known;
}
