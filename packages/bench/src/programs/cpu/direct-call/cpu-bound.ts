// Without a pause: frames wait until all is done.
import { runOnce } from "../../micro/harness.ts";
import { processChunk } from "../chunks.ts";
import { Frames, startFrames } from "../frames.ts";

await runOnce((_level, chunks) => {
  const frames = new Frames();
  const end = startFrames(frames);
  let sum = 0;
  for (let index = 0; index < chunks; index++) sum += processChunk(index);
  end();
  return frames.outcome(sum);
});
