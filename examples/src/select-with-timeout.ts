// Two ways to limit a wait. As a branch of a select, the time is one of the things that may happen, and the loop goes on. As
// a `timeout`, it is an error of the future that took too long, which is dropped.
//
// Prints:
//
//     0 ms: hello
//     100 ms: are you there?
//     600 ms: nothing for 500 ms
//     900 ms: bye
//     1100 ms: not finished within 200 ms
import { CurrentThread } from "@pollab/executor-single";
import { join, select } from "@pollab/runtime-core/combinators";
import { asyncFn, pending } from "@pollab/runtime-core/future";
import { End } from "@pollab/runtime-core/stream";
import { mpsc } from "@pollab/runtime-core/sync";
import { ElapsedError, PausedClock, sleep, timeout } from "@pollab/runtime-core/time";

const clock = new PausedClock();
const say = (text: string): void => console.log(`${clock.nowMs()} ms: ${text}`);

const caller = asyncFn(function* (messages: mpsc.Sender<string>) {
  using _hangUp = messages;
  yield* messages.send("hello");
  yield* sleep(100);
  yield* messages.send("are you there?");
  yield* sleep(800);
  yield* messages.send("bye");
});

const listener = asyncFn(function* (messages: mpsc.Receiver<string>) {
  for (;;) {
    const won = yield* select({ message: messages.recv(), silence: sleep(500) });
    if (won.branch === "silence") say("nothing for 500 ms");
    else if (won.value === End) return;
    else say(won.value);
  }
});

const main = asyncFn(function* () {
  const [sender, receiver] = mpsc.channel<string>(1);
  yield* join(caller(sender), listener(receiver));
  try {
    yield* timeout(200, pending());
  } catch (error) {
    if (!(error instanceof ElapsedError)) throw error;
    say(error.message);
  }
});

using runtime = new CurrentThread({ clock });
runtime.blockOn(main());
