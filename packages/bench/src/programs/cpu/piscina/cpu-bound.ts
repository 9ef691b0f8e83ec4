// Two threads compute; the main thread has the frames.
import { Piscina } from "piscina";
import { runOnce } from "../../micro/harness.ts";
import { Frames, startFrames } from "../frames.ts";

const pool = new Piscina<number, number>({
  filename: new URL("./chunk.js", import.meta.url).href,
  name: "chunk",
  minThreads: 2,
  maxThreads: 2,
  concurrentTasksPerWorker: 4,
});
// Its threads have started, as those of the others have.
await Promise.all([pool.run(0), pool.run(0)]);

await runOnce(async (_level, chunks) => {
  const frames = new Frames();
  const end = startFrames(frames);
  const results = await Promise.all(Array.from({ length: chunks }, (_, index) => pool.run(index)));
  end();
  return frames.outcome(results.reduce((sum, result) => sum + result, 0));
});
await pool.destroy();
