import { count, lastValueFrom, mergeMap, range, timer } from "rxjs";
import { realDelayMs } from "../delays.ts";
import { run } from "../harness.ts";

await run((_level, operations) =>
  lastValueFrom(
    range(0, operations).pipe(
      mergeMap((index) => timer(realDelayMs(index))),
      count(),
    ),
  ),
);
