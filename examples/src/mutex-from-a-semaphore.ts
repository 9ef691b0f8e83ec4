// A mutex is a semaphore with one permit, and the value that it protects is reached through the permit alone. (`Mutex` itself
// is made in this way.) Between two awaits a task has the thread for itself, so it is across an await that a value needs this.
//
// Prints:
//
//     without a mutex: 10
//     with a mutex: 30
import { CurrentThread } from "@pollab/executor-single";
import { join, map } from "@pollab/runtime-core/combinators";
import { asyncFn, type Future } from "@pollab/runtime-core/future";
import { Semaphore } from "@pollab/runtime-core/sync";
import { PausedClock, sleep } from "@pollab/runtime-core/time";

/** The right to use a value, until `using` ends it. */
interface Guard<T> extends Disposable {
  readonly value: T;
}

class SemaphoreMutex<T> {
  private readonly semaphore = new Semaphore(1);
  private readonly value: T;

  constructor(value: T) {
    this.value = value;
  }

  lock(): Future<Guard<T>> {
    return map(this.semaphore.acquire(), (permit) => ({
      value: this.value,
      [Symbol.dispose]: () => permit.drop(),
    }));
  }
}

interface Account {
  balance: number;
}

const deposit = asyncFn(function* (account: Account) {
  const before = account.balance;
  yield* sleep(10); // The bank takes its time, and whoever deposits meanwhile has seen the same balance.
  account.balance = before + 10;
});

const depositLocked = asyncFn(function* (mutex: SemaphoreMutex<Account>) {
  using guard = yield* mutex.lock();
  yield* deposit(guard.value);
});

const main = asyncFn(function* () {
  const open: Account = { balance: 0 };
  yield* join(deposit(open), deposit(open), deposit(open));
  console.log(`without a mutex: ${open.balance}`);

  const mutex = new SemaphoreMutex<Account>({ balance: 0 });
  yield* join(depositLocked(mutex), depositLocked(mutex), depositLocked(mutex));
  using guard = yield* mutex.lock();
  console.log(`with a mutex: ${guard.value.balance}`);
});

using runtime = new CurrentThread({ clock: new PausedClock() });
runtime.blockOn(main());
