// A future that is made of another: with that one's state and code taken in, or with a reference to it.
import { CurrentThread } from "@pollab/executor-single";
import { Context, Future, Pending, type Poll } from "@pollab/runtime-core/future";
import { run } from "../../micro/harness.ts";
import { INLINED, OTHERS, POLLUTED } from "../boxing.ts";
import { futureClasses } from "../future-classes.ts";

const cx = new Context({ wake() {} }, new CurrentThread());

class Inner extends Future<number> {
  private polls = 0;

  override poll(_cx: Context): Poll<number> {
    this.polls = (this.polls + 1) & 1023;
    return this.polls;
  }
}

class Boxing extends Future<number> {
  private readonly inner: Future<number>;

  constructor(inner: Future<number>) {
    super();
    this.inner = inner;
  }

  override poll(context: Context): Poll<number> {
    const result = this.inner.poll(context);
    return result === Pending ? Pending : result + 1;
  }
}

class Inlining extends Future<number> {
  private polls = 0;

  override poll(_cx: Context): Poll<number> {
    this.polls = (this.polls + 1) & 1023;
    return this.polls + 1;
  }
}

function pollute(): void {
  for (const Class of futureClasses(OTHERS)) {
    const other = new Boxing(new Class());
    for (let poll = 0; poll < 1000; poll++) other.poll(cx);
  }
}

function sumOf(future: Boxing, polls: number): number {
  let sum = 0;
  for (let poll = 0; poll < polls; poll++) {
    const result = future.poll(cx);
    if (result !== Pending) sum += result;
  }
  return sum;
}

function sumOfInlining(future: Inlining, polls: number): number {
  let sum = 0;
  for (let poll = 0; poll < polls; poll++) {
    const result = future.poll(cx);
    if (result !== Pending) sum += result;
  }
  return sum;
}

let isPolluted = false;

await run((way, operations) => {
  if (way === INLINED) return sumOfInlining(new Inlining(), operations);
  if (way === POLLUTED && !isPolluted) {
    isPolluted = true;
    pollute();
  }
  return sumOf(new Boxing(new Inner()), operations);
});
