// What an echo server that is measured tells its runner, the same for every contender and the programs in C: one line once it
// accepts connections, and at the end one line of JSON with what it counted.
import { writeSync } from "node:fs";

/** What a server counted from the moment that it accepted connections. */
export interface ServerCounts {
  /** By name; absent where the server does not make its system calls itself. */
  readonly syscalls?: Readonly<Record<string, number>> & { readonly total: number };
  readonly requests: number;
  /** Replies that the kernel copied although it was asked not to; absent where it was not asked. */
  readonly copied?: number;
}

/** Written at once: a server that owns its thread has no event loop to write for it. */
export function announce(port: number): void {
  writeSync(1, `listening 127.0.0.1:${port} pid=${process.pid}\n`);
}

/** `before` are the counts at the moment of `announce`. */
export function reportCounts(
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
  requests: number,
  copied?: number,
): void {
  const syscalls: Record<string, number> = { total: 0 };
  for (const [name, count] of Object.entries(after)) {
    const made = count - (before[name] ?? 0);
    if (made === 0) continue;
    syscalls[name] = made;
    syscalls["total"] = (syscalls["total"] ?? 0) + made;
  }
  writeSync(1, `${JSON.stringify({ syscalls, requests, copied })}\n`);
}
