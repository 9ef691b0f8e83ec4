// Node.js's own streams: a writer that waits for "drain" when it is told that there is enough, as the documentation asks, and one that
// does not. A turn is a turn of the event loop.
import { once } from "node:events";
import { Writable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { runOnce } from "../../micro/harness.ts";
import { peakRssBytes } from "../../peak-rss.ts";
import { BOUNDED, CAPACITY, CONSUMER_TURNS, MESSAGE_BYTES } from "../back-pressure.ts";

await runOnce(async (level, messages) => {
  let done = 0;
  let peak = 0;
  const stream = new Writable({
    objectMode: true,
    highWaterMark: CAPACITY,
    async write(message: Uint8Array, _encoding, callback) {
      for (let turn = 0; turn < CONSUMER_TURNS; turn++) await setImmediate();
      done += message[MESSAGE_BYTES - 1] ?? 0;
      callback();
    },
  });
  for (let i = 0; i < messages; i++) {
    await setImmediate();
    const hasRoom = stream.write(new Uint8Array(MESSAGE_BYTES).fill(1));
    peak = Math.max(peak, stream.writableLength);
    if (!hasRoom && level === BOUNDED) await once(stream, "drain");
  }
  stream.end();
  await once(stream, "finish");
  return { result: done, counters: { peakQueued: peak, peakRssBytes: peakRssBytes("self") } };
});
