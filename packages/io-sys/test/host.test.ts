import { AsyncLocalStorage, createHook } from "node:async_hooks";
import { spawnSync } from "node:child_process";
import { openSync } from "node:fs";
import { setImmediate as turn } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { closeFd, EventFd, HostWatch, loadAddon, SystemError } from "../src/index.ts";

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await turn();
}

function codeOf(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return error instanceof SystemError ? error.code : String(error);
  }
}

describe("a watch in the event loop", () => {
  test("calls once in each turn of the loop until the descriptor is read empty", async () => {
    using event = new Event();
    const seen: number[] = [];
    const watch = new HostWatch(event.fd, () => {
      seen.push(seen.length);
      if (seen.length === 3) event.drain();
    });
    await turns(3);
    expect(seen).toEqual([]);
    event.signal();
    await turns(10);
    expect(seen).toEqual([0, 1, 2]);
    event.signal();
    await turns(2);
    expect(seen.length).toBeGreaterThan(3);
    watch.close();
  });

  test("lets promises and ticks go on after each call, before the next", async () => {
    using a = new Event();
    using b = new Event();
    const log: string[] = [];
    const watches = Object.entries({ a, b }).map(([name, event]) => {
      return new HostWatch(event.fd, () => {
        event.drain();
        log.push(name);
        process.nextTick(() => log.push(`tick of ${name}`));
        void Promise.resolve().then(() => log.push(`promise of ${name}`));
      });
    });
    a.signal();
    b.signal();
    await turns(3);
    const both = ["a", "b"].map((name) => [name, `tick of ${name}`, `promise of ${name}`]);
    expect([both.flat(), both.toReversed().flat()]).toContainEqual(log);
    for (const watch of watches) watch.close();
  });

  test("calls in the asynchronous context in which it was made, as a resource of its own", async () => {
    using event = new Event();
    const log: string[] = [];
    let resource = 0;
    const hook = createHook({
      init(id, type) {
        if (type !== "POLLABDRIVER") return;
        resource = id;
        log.push("init");
      },
      before: (id) => void (id === resource && log.push("before")),
      after: (id) => void (id === resource && log.push("after")),
      destroy: (id) => void (id === resource && log.push("destroy")),
    }).enable();
    const context = new AsyncLocalStorage<string>();
    const watch = context.run("of its maker", () => {
      return new HostWatch(event.fd, () => {
        event.drain();
        log.push(`${context.getStore()}`);
      });
    });
    context.run("of who signals", () => event.signal());
    await turns(3);
    watch.close();
    await turns(3);
    hook.disable();
    expect(log).toEqual(["init", "before", "of its maker", "after", "destroy"]);
  });

  test("may be closed by what it calls, with the descriptor, whose number is free at once", async () => {
    const event = EventFd.create();
    event.signal();
    let calls = 0;
    const watch = new HostWatch(event.fd, () => {
      calls++;
      watch.close();
      event.close();
    });
    await turns(3);
    using again = new Event();
    expect(again.fd).toBe(event.fd);
    again.signal();
    await turns(3);
    expect(calls).toBe(1);
    watch.close();
    watch.ref();
    watch.unref();
  });

  test("is refused for what cannot be watched, and leaves nothing of it", () => {
    using event = new Event();
    const file = openSync(import.meta.filename, "r");
    const watch = new HostWatch(event.fd, () => {});
    const create = (fd: number): (() => unknown) => {
      return () => new HostWatch(fd, () => {});
    };
    expect([event.fd, file, 1_000_000].map((fd) => codeOf(create(fd)))).toEqual(["EEXIST", "EPERM", "EBADF"]);
    watch.close();
    new HostWatch(event.fd, () => {}).close();
    closeFd(file);
  });

  test("is looked up by its number, and by no other", () => {
    using event = new Event();
    const native = loadAddon<Record<"watchReadable" | "ref" | "unref" | "close", (...args: unknown[]) => number>>(
      new URL("../", import.meta.url),
      "host",
    );
    const { EBADF, EINVAL } = { EBADF: -9, EINVAL: -22 };
    expect(native.watchReadable(event.fd, "no function")).toBe(EINVAL);
    expect(native.watchReadable(-1, () => {})).toBe(EINVAL);
    const id = native.watchReadable(event.fd, () => {});
    expect([native.ref(id + 1), native.unref("x"), native.close(-1), native.close(id + 0.5)]).toEqual([
      EBADF,
      EINVAL,
      EINVAL,
      EINVAL,
    ]);
    expect([native.close(id), native.close(id)]).toEqual([0, EBADF]);
  });
});

describe("a program with a watch", () => {
  test.each([
    ["does not keep alive", 0, ""],
    ["keeps alive", 0, "called\n"],
    ["throws", 0, "uncaughtException: on purpose\ncalled again\n"],
    ["exits within the callback", 7, ""],
    ["exits while it is readable", 7, ""],
    ["terminates a worker", 0, "0 more\n"],
    ["has a worker that exits", 0, "0 more\n"],
  ])("%s", (mode, status, stdout) => {
    const program = fileURLToPath(new URL("./fixtures/host.ts", import.meta.url));
    const run = spawnSync(process.execPath, [program, mode], { encoding: "utf8", timeout: 20_000 });
    expect({ status: run.status, stdout: run.stdout, stderr: run.stderr }).toEqual({ status, stdout, stderr: "" });
  });
});

/** An eventfd that ends with its block. */
class Event {
  readonly #event = EventFd.create();

  get fd(): number {
    return this.#event.fd;
  }

  signal(): void {
    this.#event.signal();
  }

  drain(): void {
    this.#event.drain();
  }

  [Symbol.dispose](): void {
    this.#event.close();
  }
}
