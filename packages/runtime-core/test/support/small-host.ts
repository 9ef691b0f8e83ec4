// A runtime nested in the event loop of the test: its tasks run in a microtask after each wake. No timers.
import { asyncFn, type Future, type Suspension } from "../../src/future/index.ts";
import type { Host } from "../../src/interop/index.ts";
import { JoinError, type Task } from "../../src/task/index.ts";
import { HandDriven } from "./bench-stand.ts";

export class SmallHost extends HandDriven implements Host {
  private isTurnDue = false;

  run<T>(future: Future<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.spawn(reporting(this.spawn(future), resolve, reject)).drop();
    });
  }

  override schedule(task: Task<unknown>): void {
    super.schedule(task);
    if (this.isTurnDue) return;
    this.isTurnDue = true;
    queueMicrotask(() => {
      this.isTurnDue = false;
      this.settle();
    });
  }
}

const reporting = asyncFn(function* <T>(
  task: Future<T>,
  resolve: (value: T) => void,
  reject: (reason: unknown) => void,
): Generator<Suspension, void, unknown> {
  try {
    resolve(yield* task);
  } catch (error) {
    reject(error instanceof JoinError && error.reason === "failed" ? error.cause : error);
  }
});
