// Echo on this project's runtime that owns its thread: the current-thread executor over any driver.
import { CurrentThread } from "@pollab/executor-single";
import type { Future } from "@pollab/runtime-core/future";
import type { OwnedBuffer } from "@pollab/runtime-core/io";
import { reportCounts } from "../listening.ts";
import { type NetDriver, type Served, serveEcho } from "./tasks.ts";

const STDIN = 0;

interface OwningDriver<B extends OwnedBuffer> extends NetDriver<B> {
  readonly counters: { readonly systemCalls: object };
  readable(fd: number): Future<void>;
}

/** Serves until standard input ends. */
export function echoOnRuntime<B extends OwnedBuffer>(driver: OwningDriver<B>): void {
  const runtime = new CurrentThread({ driver });
  const served: Served = { requests: 0 };
  runtime.spawn(serveEcho(driver, served));
  const before = { ...driver.counters.systemCalls };
  runtime.blockOn(driver.readable(STDIN));
  reportCounts(before, { ...driver.counters.systemCalls }, served.requests);
  runtime.close();
}
