// How a thread sleeps: no wake is lost, and nobody kicks a driver that is closed.
import type { Model } from "@pollab/interleave";
import { describe, it } from "vitest";
import { Parker, PARKER_WORDS } from "../../src/memory/parker.ts";
import type { Words } from "../../src/memory/words.ts";
import { expectCorrect, expectNoticed, instead, withoutNotify } from "./support.ts";

const noDriver = (): void => {
  throw new Error("there is no driver to kick");
};

/** A driver as far as it matters here: a sleep that a kick ends, now or later. */
function driver(event: Words): { sleep(): void; kick(): void } {
  return {
    sleep() {
      while (Atomics.exchange(event, 0, 0) === 0) Atomics.wait(event, 0, 0);
    },
    kick() {
      Atomics.store(event, 0, 1);
      Atomics.notify(event, 0);
    },
  };
}

/** The sleeper parks until it has seen what each of the others did before it called `unpark`. */
function parking(name: string, wakers: number, sleep: (parker: Parker, event: Words) => void): Model {
  return {
    name: `parker: ${name}`,
    setup(memory) {
      const words = memory.int32Array("parker", PARKER_WORDS);
      memory.name("state", words.subarray(0, 1));
      memory.name("kickers", words.subarray(1, 2));
      const event = memory.int32Array("event");
      const done = memory.int32Array("done");
      const threads: Record<string, () => void> = {
        sleeper() {
          const parker = new Parker(words, 0);
          while (Atomics.load(done, 0) < wakers) sleep(parker, event);
        },
      };
      for (let i = 1; i <= wakers; i++) {
        threads[`waker ${i}`] = () => {
          Atomics.add(done, 0, 1);
          new Parker(words, 0).unpark(() => driver(event).kick());
        };
      }
      return { threads };
    },
  };
}

const parks = (parker: Parker): void => parker.park(Infinity);

const sleepsInDriver = (parker: Parker, event: Words): void => {
  if (!parker.enterDriver()) return;
  driver(event).sleep();
  parker.wakeUp();
};

/** The owner sleeps once in its driver and then closes it: whoever wakes it meanwhile does not kick it afterwards. */
const closing: Model = {
  name: "parker: close against unpark",
  setup(memory) {
    const words = memory.int32Array("parker", PARKER_WORDS);
    memory.name("state", words.subarray(0, 1));
    memory.name("kickers", words.subarray(1, 2));
    const event = memory.int32Array("event");
    const isOpen = memory.int32Array("is open");
    Atomics.store(isOpen, 0, 1);
    const wake = (): void => {
      new Parker(words, 0).unpark(() => {
        if (Atomics.load(isOpen, 0) === 0) throw new Error("a closed driver was kicked");
        driver(event).kick();
      });
    };
    return {
      threads: {
        owner() {
          const parker = new Parker(words, 0);
          sleepsInDriver(parker, event);
          while (!parker.close()) Atomics.pause();
          Atomics.store(isOpen, 0, 0);
        },
        waker: wake,
        // The driver also returns for other reasons.
        input: () => driver(event).kick(),
      },
    };
  },
};

describe("a parker", () => {
  it("loses no wake, nor the wake of a second thread", () => {
    expectCorrect(parking("park against unpark", 1, parks), { preemptions: Infinity });
    expectCorrect(parking("park against two", 2, parks), { preemptions: 4 });
  });

  it("loses none when it sleeps in a driver", () => {
    expectCorrect(parking("in a driver against unpark", 1, sleepsInDriver), { preemptions: Infinity });
    expectCorrect(parking("in a driver against two", 2, sleepsInDriver), { preemptions: 4 });
  });

  it("lets nobody kick a driver that is closed", () => {
    expectCorrect(closing, { preemptions: 3 });
  });

  it("never kicks a driver in which nobody sleeps", () => {
    const model: Model = {
      name: "parker: park does not need the driver",
      setup(memory) {
        const words = memory.int32Array("parker", PARKER_WORDS);
        return {
          threads: { sleeper: () => parks(new Parker(words, 0)), waker: () => new Parker(words, 0).unpark(noDriver) },
        };
      },
    };
    expectCorrect(model, { preemptions: Infinity });
  });
});

describe("a model notices when", () => {
  it("a sleeping thread is not notified", () => {
    expectNoticed(parking("park against unpark", 1, parks), withoutNotify("state"), {}, ["deadlock"]);
  });

  it("a wake before the sleep is not kept", () => {
    const forgotten = instead("compareExchange", "state", (checked, view, index, expected, value) => {
      const isEarlyWake = expected === 0 && value === 3;
      return isEarlyWake ? checked.load(view, index) : checked.compareExchange(view, index, expected, value);
    });
    expectNoticed(parking("park against unpark", 1, parks), forgotten, {}, ["deadlock"]);
  });

  it("those who are about to kick are not counted", () => {
    const uncounted = instead("add", "kickers", () => 0);
    const unpaid = instead("sub", "kickers", () => 0);
    expectNoticed(closing, (checked, nameOf) => unpaid(uncounted(checked, nameOf), nameOf), { preemptions: 3 }, [
      "assertion",
    ]);
  });
});
