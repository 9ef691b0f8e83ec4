// The event loop gets a turn after each chunk.
import { setImmediate } from "node:timers/promises";
import { runOnce } from "../../micro/harness.ts";
import { processChunk } from "../chunks.ts";
import { Frames, startFrames } from "../frames.ts";

await runOnce(async (_level, chunks) => {
  const frames = new Frames();
  const end = startFrames(frames);
  let sum = 0;
  for (let index = 0; index < chunks; index++) {
    sum += processChunk(index);
    await setImmediate();
  }
  end();
  return frames.outcome(sum);
});
