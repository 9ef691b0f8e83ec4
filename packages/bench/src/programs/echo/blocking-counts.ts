// What the threads of a blocking server count, in memory that they share with the thread that reports: a row for each thread,
// written by that thread alone.

const NAMES = ["accept4", "send", "recv", "setsockopt", "close"] as const;

/** Words in a row. */
export const BLOCKING_COUNTS: number = NAMES.length;

/** Columns of a row. A request is counted by its `send`. */
export const COUNT = { accept4: 0, send: 1, recv: 2, setsockopt: 3, close: 4 } as const;

/** The sums over all threads, by system call. */
export function blockingCounts(rows: Int32Array): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [column, name] of NAMES.entries()) {
    sums[name] = 0;
    for (let i = column; i < rows.length; i += NAMES.length) sums[name] += rows[i] ?? 0;
  }
  return sums;
}
