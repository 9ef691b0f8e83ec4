import { CurrentThread } from "@pollab/executor-single";
import { Future, type Poll } from "@pollab/runtime-core/future";
import { run } from "../harness.ts";
import { JoinSum } from "./join-sum.ts";

class Immediate extends Future<number> {
  private readonly value: number;

  constructor(value: number) {
    super();
    this.value = value;
  }

  override poll(): Poll<number> {
    return this.value;
  }
}

const runtime = new CurrentThread();

await run((_level, operations) => runtime.blockOn(new JoinSum(operations, (index) => new Immediate(index))));
