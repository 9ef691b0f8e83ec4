// The drivers by name, and what a runtime may be doing: what the tests of this folder and their programs have in common.
import { EpollDriver } from "@pollab/io-epoll";
import { UringDriver } from "@pollab/io-uring-native";
import { asyncFn, type Future, yieldNow } from "@pollab/runtime-core/future";
import type { Net, OwnedBuffer } from "@pollab/runtime-core/io";
import type { Driver } from "@pollab/runtime-core/task";
import { sleep } from "@pollab/runtime-core/time";
import { HOST } from "../../../src/server.ts";

export const driverNames = ["epoll", "uring"] as const;
export type DriverName = (typeof driverNames)[number];

/** What both drivers have. */
export interface NetDriver extends Driver {
  readonly net: Net<OwnedBuffer>;
}

export function driverFor(mode: "hosted" | "owned", name: DriverName): NetDriver {
  if (name === "epoll") return EpollDriver.create();
  return mode === "hosted" ? UringDriver.createHosted() : UringDriver.create();
}

export const occupationNames = ["accepting", "busy", "sleeping", "talking"] as const;
export type Occupation = (typeof occupationNames)[number];

/** What a task may be at. None of them ends. */
export const occupations: Record<Occupation, (driver: NetDriver) => Future<unknown>> = {
  accepting: asyncFn(function* ({ net }: NetDriver) {
    yield* net.listen({ host: HOST, port: 0 }).accept();
  }),
  busy: asyncFn(function* () {
    for (;;) yield* yieldNow();
  }),
  sleeping: () => sleep(1_000_000),
  /** Events keep arriving: two tasks that send each other the same byte for ever. */
  talking: asyncFn(function* ({ net }: NetDriver) {
    const listener = net.listen({ host: HOST, port: 0 });
    const client = yield* net.connect(listener.address);
    const server = yield* listener.accept();
    const buffer = net.buffers.take();
    for (;;) {
      for (const [from, to] of [
        [client, server],
        [server, client],
      ] as const) {
        yield* from.writeAll(buffer, 0, 1);
        yield* to.read(buffer);
      }
    }
  }),
};
