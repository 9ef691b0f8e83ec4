// Trying again with exponential back-off: each wait is twice the one before, up to a limit. In earnest leave the jitter as it
// is, so that those who failed together do not come back together.
//
// Prints:
//
//     0 ms: attempt 1
//     100 ms: attempt 2
//     300 ms: attempt 3
//     600 ms: attempt 4
//     600 ms: connected
//     600 ms: login
//     600 ms: given up: Error: wrong password
import { CurrentThread } from "@pollab/executor-single";
import { retry } from "@pollab/runtime-core/combinators";
import { asyncFn, type Future, lazy } from "@pollab/runtime-core/future";
import { PausedClock } from "@pollab/runtime-core/time";

const clock = new PausedClock();
const say = (text: string): void => console.log(`${clock.nowMs()} ms: ${text}`);

const connect = (succeedsAt: number, attempt: number): Future<string> =>
  lazy(() => {
    say(`attempt ${attempt}`);
    if (attempt < succeedsAt) throw new Error("connection refused");
    return "connected";
  });

const login = lazy((): string => {
  say("login");
  throw new Error("wrong password");
});

const main = asyncFn(function* () {
  const backOff = { attempts: 5, delayMs: 100, maxDelayMs: 300, jitter: "none" } as const;
  say(yield* retry((attempt) => connect(4, attempt), backOff));

  const isWorthIt = (error: unknown): boolean => error instanceof Error && error.message !== "wrong password";
  try {
    yield* retry(() => login, { ...backOff, retryIf: isWorthIt });
  } catch (error) {
    say(`given up: ${String(error)}`);
  }
});

using runtime = new CurrentThread({ clock });
runtime.blockOn(main());
