// Echo on this project's runtime that owns its thread: the current-thread executor over any driver.
import { CurrentThread } from "@pollab/executor-single";
import type { Future } from "@pollab/runtime-core/future";
import type { Driver } from "@pollab/runtime-core/task";
import { reportCounts } from "../listening.ts";
import type { Served } from "./tasks.ts";

const STDIN = 0;

interface OwningDriver extends Driver {
  readonly counters: { readonly systemCalls: object };
  readable(fd: number): Future<void>;
}

/** Serves by `serve` until standard input ends. */
export function echoOnRuntime<D extends OwningDriver>(
  driver: D,
  serve: (driver: D, served: Served) => Future<never>,
): void {
  const runtime = new CurrentThread({ driver });
  const served: Served = { requests: 0 };
  runtime.spawn(serve(driver, served));
  const before = { ...driver.counters.systemCalls };
  runtime.blockOn(driver.readable(STDIN));
  reportCounts(before, { ...driver.counters.systemCalls }, served.requests, served.copied);
  runtime.close();
}
