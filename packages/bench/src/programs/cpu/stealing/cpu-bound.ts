// Two workers compute; the main thread is free and has the frames.
import { StealingRuntime } from "@pollab/executor-stealing";
import { runOnce } from "../../micro/harness.ts";
import { Frames, startFrames } from "../frames.ts";
import { chunk } from "./tasks.ts";

await using runtime = await StealingRuntime.start({ workers: 2, modules: [new URL("./tasks.js", import.meta.url)] });
await Promise.all([runtime.run(chunk, { index: 0 }), runtime.run(chunk, { index: 0 })]);

await runOnce(async (_level, chunks) => {
  const frames = new Frames();
  const end = startFrames(frames);
  const handles = Array.from({ length: chunks }, (_, index) => runtime.spawn(chunk, { index }));
  let sum = 0;
  for (const handle of handles) sum += await handle.result();
  end();
  return frames.outcome(sum);
});
