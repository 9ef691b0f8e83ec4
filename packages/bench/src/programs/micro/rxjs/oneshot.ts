// An AsyncSubject keeps its one value until it is subscribed to.
import { AsyncSubject } from "rxjs";
import { run } from "../harness.ts";

await run((_level, operations) => {
  let sum = 0;
  const add = (value: number): void => {
    sum += value;
  };
  for (let i = 0; i < operations; i++) {
    const subject = new AsyncSubject<number>();
    subject.next(i);
    subject.complete();
    subject.subscribe(add);
  }
  return sum;
});
