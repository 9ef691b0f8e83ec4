// Awaiting in place against spawning. A future that is awaited in place is a part of its caller: it can use what the caller
// owns, for it is over before the caller is, and a caller that is dropped takes it along. A task that is spawned lives on its
// own, so it needs what is its own.
//
// Prints:
//
//     borrowed letter is closed
//     50 ms: the caller that awaits is given up
//     150 ms: the caller that spawns is given up
//     owned letter is posted
//     owned letter is closed
import { CurrentThread } from "@pollab/executor-single";
import { capture } from "@pollab/runtime-core/combinators";
import { asyncFn } from "@pollab/runtime-core/future";
import { spawn } from "@pollab/runtime-core/task";
import { PausedClock, sleep, timeout } from "@pollab/runtime-core/time";

interface Letter extends Disposable {
  readonly name: string;
}

const open = (name: string): Letter => ({ name, [Symbol.dispose]: () => console.log(`${name} is closed`) });

const post = asyncFn(function* (letter: Letter) {
  yield* sleep(80);
  console.log(`${letter.name} is posted`);
});

const awaits = asyncFn(function* () {
  using letter = open("borrowed letter");
  yield* post(letter); // Whatever happens, this is over when the letter is closed.
});

const spawns = asyncFn(function* () {
  const postOwned = asyncFn(function* () {
    using letter = open("owned letter"); // If it were the caller's, it would be closed too early.
    yield* post(letter);
  });
  yield* spawn(postOwned()); // Only this wait is given up.
});

const clock = new PausedClock();
const main = asyncFn(function* () {
  for (const [does, caller] of Object.entries({ awaits, spawns })) {
    yield* capture(timeout(50, caller()));
    console.log(`${clock.nowMs()} ms: the caller that ${does} is given up`);
    yield* sleep(50);
  }
});

using runtime = new CurrentThread({ clock });
runtime.blockOn(main());
