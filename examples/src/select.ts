// Waiting for the first of several futures. The losers are dropped before the winner is returned: what they had under way
// is cleaned up by then, `finally` blocks included.
//
// Prints:
//
//     slow mirror: connection closed
//     fast mirror answers with 42 bytes
import { CurrentThread } from "@pollab/executor-single";
import { select } from "@pollab/runtime-core/combinators";
import { asyncFn } from "@pollab/runtime-core/future";
import { PausedClock, sleep } from "@pollab/runtime-core/time";

const download = asyncFn(function* (mirror: string, durationMs: number) {
  let finished = false;
  try {
    yield* sleep(durationMs);
    finished = true;
    return 42;
  } finally {
    if (!finished) console.log(`${mirror} mirror: connection closed`);
  }
});

const main = asyncFn(function* () {
  const won = yield* select({ slow: download("slow", 300), fast: download("fast", 100) });
  console.log(`${won.branch} mirror answers with ${won.value} bytes`);
});

using runtime = new CurrentThread({ clock: new PausedClock() });
runtime.blockOn(main());
