import { run } from "../../micro/harness.ts";
import { longDelayMs } from "../long-delays.ts";
import { resident } from "../resident.ts";

await run(
  resident((timers) => {
    const started = Array.from({ length: timers }, (_, i) => setTimeout(() => {}, longDelayMs(i)));
    return () => started.forEach((timer) => clearTimeout(timer));
  }),
);
