import { describe, expect, expectTypeOf, test } from "vitest";
import { type Future, lazy, Pending, PolledAfterCompletionError, ready } from "../src/future/index.ts";
import {
  concurrencyLimitLayer,
  type Layer,
  loadShedLayer,
  OverloadedError,
  retryLayer,
  service,
  type Service,
  stack,
  timeoutLayer,
} from "../src/service/index.ts";
import { ElapsedError } from "../src/time/index.ts";
import { Controlled, HandDriven, thrownBy } from "./support/bench-stand.ts";
import { expectDroppableEverywhere, type Leaf } from "./support/drop-everywhere.ts";
import { now, waiting } from "./support/probe.ts";

/** A service whose answers are given by hand, one for each call that has reached it. */
function byHand() {
  const answers: Controlled<string>[] = [];
  const answering = service((request: number) => {
    const answer = new Controlled<string>(String(request));
    answers.push(answer);
    return answer;
  });
  return { answers, answering };
}

/** Writes down what passes. */
const logging =
  (name: string, log: string[]): Layer<number, string> =>
  (inner) =>
    service((request) => {
      log.push(`${name} ${request}`);
      return inner.call(request + 1);
    });

describe("stack", () => {
  test("lets a request pass the layers in the order in which they are written", () => {
    const log: string[] = [];
    const stacked = stack(
      service((request: number) => ready(`got ${request}`)),
      logging("outer", log),
      logging("inner", log),
    );
    expectTypeOf(stacked).toEqualTypeOf<Service<number, string>>();
    expect(now(stacked.call(1))).toBe("got 3");
    expect(log).toEqual(["outer 1", "inner 2"]);
  });

  test("without layers is the service itself", () => {
    const { answering } = byHand();
    expect(stack(answering)).toBe(answering);
  });

  test("takes the layers that are made for any service", () => {
    const { answering } = byHand();
    const stacked = stack(
      answering,
      loadShedLayer(9),
      concurrencyLimitLayer(4),
      retryLayer({ attempts: 2 }),
      timeoutLayer(1000),
    );
    expectTypeOf(stacked).toEqualTypeOf<Service<number, string>>();
    expectTypeOf(stacked.call(1)).toEqualTypeOf<Future<string>>();
  });

  test("a layer that changes the types is applied by calling it", () => {
    const parsing: Layer<number, string, string, number> = (inner) =>
      service((request) => {
        const answer = inner.call(Number(request));
        return lazy(() => now(answer).length);
      });
    expect(now(parsing(service((n: number) => ready("x".repeat(n)))).call("3"))).toBe(3);
  });
});

describe("timeoutLayer", () => {
  test("drops a call that takes too long", () => {
    const runtime = new HandDriven();
    const { answering, answers } = byHand();
    const call = timeoutLayer(10)(answering).call(1);
    expect(runtime.poll(call)).toBe(Pending);
    runtime.clock.skipTo(10);
    runtime.timers.fire();
    expect(thrownBy(() => runtime.poll(call))).toBeInstanceOf(ElapsedError);
    expect(answers[0].drops).toBe(1);
    expect(runtime.timers.size).toBe(0);
  });

  test("refuses what is no duration when it is made", () => {
    expect(() => timeoutLayer(-1)).toThrow(RangeError);
    expect(() => timeoutLayer(NaN)).toThrow("timeoutLayer expects a duration of at least 0 ms, but was given NaN");
  });
});

test("retryLayer calls again with the same request until a call succeeds", () => {
  const requests: number[] = [];
  const flaky = service((request: number) =>
    lazy(() => {
      requests.push(request);
      if (requests.length < 3) throw new Error("not yet");
      return "done";
    }),
  );
  expect(now(retryLayer({ attempts: 5 })(flaky).call(7))).toBe("done");
  expect(requests).toEqual([7, 7, 7]);
});

describe("concurrencyLimitLayer", () => {
  test("lets calls wait until one before them has ended", () => {
    const { answering, answers } = byHand();
    const limited = concurrencyLimitLayer(2)(answering);
    const calls = [1, 2, 3, 4].map((request) => waiting(limited.call(request)));
    expect(answers).toHaveLength(2);
    answers[1].complete("two");
    expect(calls[1].poll()).toBe("two");
    expect(calls.map(({ wakes }) => wakes)).toEqual([0, 1, 1, 0]);
    expect(calls[2].poll()).toBe(Pending);
    expect(answers).toHaveLength(3);
    answers[2].complete("three");
    expect(calls[2].poll()).toBe("three");
    expect(thrownBy(() => calls[2].poll())).toBeInstanceOf(PolledAfterCompletionError);
  });

  test("takes a call's turn only when it is polled", () => {
    const { answering, answers } = byHand();
    const limited = concurrencyLimitLayer(1)(answering);
    limited.call(1);
    waiting(limited.call(2));
    expect(answers).toHaveLength(1);
  });

  test("gives the turn of a call that fails or is dropped to the next", () => {
    const { answering, answers } = byHand();
    const limited = concurrencyLimitLayer(1)(answering);
    const calls = [1, 2, 3].map((request) => waiting(limited.call(request)));
    answers[0].fail(new Error("failed"));
    expect(() => calls[0].poll()).toThrow("failed");
    expect(calls[1].poll()).toBe(Pending);
    calls[1].drop();
    calls[1].drop();
    expect([answers[1].drops, calls[2].wakes]).toEqual([1, 1]);
    expect(calls[2].poll()).toBe(Pending);
    expect(answers).toHaveLength(3);
    const next = waiting(limited.call(4));
    next.drop();
    calls[2].drop();
    waiting(limited.call(5));
    expect(answers).toHaveLength(4);
  });

  test("frees the turn when the inner service throws instead of returning a future", () => {
    const limited = concurrencyLimitLayer(1)(
      service((): Future<string> => {
        throw new Error("no future");
      }),
    );
    for (let i = 0; i < 2; i++) expect(() => now(limited.call(1))).toThrow("no future");
  });

  test("limits each service that it is applied to by itself", () => {
    const layer = concurrencyLimitLayer(1);
    const { answering, answers } = byHand();
    waiting(layer(answering).call(1));
    waiting(layer(answering).call(2));
    expect(answers).toHaveLength(2);
  });
});

describe("loadShedLayer", () => {
  test("refuses calls beyond its limit without asking the service, until one has ended", () => {
    const { answering, answers } = byHand();
    const shedding = loadShedLayer(1)(answering);
    const first = waiting(shedding.call(1));
    const refused = thrownBy(() => now(shedding.call(2)));
    expect(refused).toBeInstanceOf(OverloadedError);
    expect((refused as Error).message).toBe("1 call is under way, which is the limit; try again later");
    expect(answers).toHaveLength(1);
    answers[0].complete("one");
    expect(first.poll()).toBe("one");
    waiting(shedding.call(3)).drop();
    waiting(shedding.call(4));
  });
});

test("limits that are none are refused when the layer is made", () => {
  for (const limit of [0, 1.5, NaN]) {
    expect(() => concurrencyLimitLayer(limit)).toThrow(RangeError);
    expect(() => loadShedLayer(limit)).toThrow(
      `loadShedLayer expects a limit of at least 1 call, but was given ${limit}`,
    );
  }
});

describe("a call dropped behind any of its polls releases everything once:", () => {
  const layers: Record<string, Layer<number, number>> = {
    timeout: timeoutLayer(1000),
    retry: retryLayer({ attempts: 2 }),
    "concurrency limit": concurrencyLimitLayer(1),
    "load shed": loadShedLayer(1),
  };
  for (const [name, layer] of Object.entries(layers)) {
    test(`through ${name}`, () => {
      expectDroppableEverywhere(({ leaf }) => {
        let answer: Leaf | undefined;
        const answering = service(() => (answer = leaf()));
        return { future: layer(answering).call(1), events: [() => answer?.complete(1)] };
      });
    });
  }
});
