import { BehaviorSubject } from "rxjs";
import { run } from "../harness.ts";

await run((receivers, operations) => {
  const subject = new BehaviorSubject(0);
  let sum = 0;
  for (let i = 0; i < receivers; i++) {
    subject.subscribe((value) => {
      sum += value;
    });
  }
  for (let i = 0; i < operations / receivers; i++) subject.next(i);
  subject.complete();
  return sum;
});
