import { once } from "node:events";
import { PassThrough } from "node:stream";
import { CAPACITY } from "../capacity.ts";
import { run } from "../harness.ts";

async function produce(stream: PassThrough, messages: number): Promise<void> {
  for (let i = 0; i < messages; i++) {
    if (!stream.write(i)) await once(stream, "drain");
  }
}

await run(async (producers, operations) => {
  const stream = new PassThrough({ objectMode: true, highWaterMark: CAPACITY });
  // Every producer that waits listens.
  stream.setMaxListeners(0);
  const all = Array.from({ length: producers }, () => produce(stream, operations / producers));
  void Promise.all(all).then(() => stream.end());
  let sum = 0;
  for await (const value of stream) sum += Number(value);
  return sum;
});
