// The other tasks get a turn after each chunk; one of them is the frame loop.
import { CurrentThread } from "@pollab/executor-single";
import { asyncFn, yieldNow } from "@pollab/runtime-core/future";
import { spawn } from "@pollab/runtime-core/task";
import { sleepUntil } from "@pollab/runtime-core/time";
import { runOnce } from "../../micro/harness.ts";
import { processChunk } from "../chunks.ts";
import { Frames } from "../frames.ts";

const runtime = new CurrentThread();

const loop = asyncFn(function* (frames: Frames) {
  for (;;) {
    yield* sleepUntil(frames.dueMs);
    frames.begin();
  }
});

const main = asyncFn(function* (chunks: number) {
  const frames = new Frames();
  const looping = spawn(loop(frames));
  let sum = 0;
  for (let index = 0; index < chunks; index++) {
    sum += processChunk(index);
    yield* yieldNow();
  }
  looping.abort();
  return frames.outcome(sum);
});

await runOnce((_level, chunks) => runtime.blockOn(main(chunks)));
