import {
  closeFd,
  createPipe,
  ERRNO,
  EventFd,
  openSocketPair,
  readFileView,
  SHUTDOWN,
  shutdownSocket,
  SOCKET_TYPE,
  writeFileView,
  writeView,
} from "@pollab/io-sys";
import { openSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Interest, Poll, PollWaker } from "../src/index.ts";
import { Event } from "../src/poll/events.ts";
import { countDescriptors } from "./support/leftovers.ts";

const EPOLLPRI = 0x002;
const EPOLLERR = 0x008;

let poll: Poll;
let fds: number[];
let before: number;

beforeEach(() => {
  before = countDescriptors();
  poll = Poll.create({ eventCapacity: 8 });
  fds = [];
});
afterEach(() => {
  for (const fd of fds) closeFd(fd);
  poll.close();
  poll.close();
  expectNothingLeft();
});

function expectNothingLeft(): void {
  expect(countDescriptors()).toBe(before);
}

function socketPair(): [number, number] {
  const pair = openSocketPair(SOCKET_TYPE.stream, true);
  fds.push(...pair);
  return pair;
}

/** What the next wait says of each token. */
function wait(timeoutMs: number = 1000): Record<string, string[]> {
  return Object.fromEntries([...poll.wait(timeoutMs)].map((event) => [String(event.token), namesOf(event)]));
}

function namesOf(event: Event): string[] {
  const { isError, isPriority, isReadable, isReadClosed, isWritable, isWriteClosed } = event;
  const names = { readable: isReadable, writable: isWritable, readClosed: isReadClosed, writeClosed: isWriteClosed };
  return Object.entries({ ...names, priority: isPriority, error: isError }).flatMap(([name, is]) => (is ? [name] : []));
}

describe("a registered descriptor", () => {
  test("is reported with its token, once for each change", () => {
    const [a, b] = socketPair();
    poll.registry.register(a, 2 ** 53 - 1, Interest.readable + Interest.writable);
    expect(wait()).toEqual({ [2 ** 53 - 1]: ["writable"] });
    expect(wait(0)).toEqual({});
    writeView(b, new Uint8Array(1));
    expect(wait()).toEqual({ [2 ** 53 - 1]: ["readable", "writable"] });
    expect(wait(0)).toEqual({});
  });

  test("is reported for its interest only", () => {
    const [a, b] = socketPair();
    writeView(b, new Uint8Array(1));
    poll.registry.register(a, 1, Interest.writable);
    expect(wait()).toEqual({ 1: ["writable"] });
    poll.registry.reregister(a, 2, Interest.readable);
    expect(wait()).toEqual({ 2: ["readable"] });
    poll.registry.deregister(a);
    writeView(b, new Uint8Array(1));
    expect(wait(0)).toEqual({});
  });

  test("tells the end of one direction from the end of both", () => {
    const [a, b] = socketPair();
    poll.registry.register(a, 1, Interest.readable);
    shutdownSocket(b, SHUTDOWN.write);
    expect(wait()).toEqual({ 1: ["readable", "readClosed"] });
    closeFd(b);
    fds.splice(fds.indexOf(b), 1);
    expect(wait()).toEqual({ 1: ["readable", "readClosed", "writeClosed"] });
  });

  test("tells that nobody reads a pipe any more, or writes to it", () => {
    const [from, to] = createPipe(true);
    poll.registry.register(to, 1, Interest.writable);
    expect(wait()).toEqual({ 1: ["writable"] });
    closeFd(from);
    expect(wait()).toEqual({ 1: ["writable", "writeClosed", "error"] });
    poll.registry.deregister(to);
    const [otherFrom, otherTo] = createPipe(true);
    poll.registry.register(otherFrom, 2, Interest.readable);
    closeFd(otherTo);
    expect(wait()).toEqual({ 2: ["readClosed", "writeClosed"] });
    fds.push(to, otherFrom);
  });

  test("tells of what is exceptional by flags that loopback has no occasion for", () => {
    expect(namesOf(new Event(1, EPOLLPRI))).toEqual(["readable", "priority"]);
    expect(namesOf(new Event(1, EPOLLERR))).toEqual(["writeClosed", "error"]);
  });

  test("is refused twice, unregistered when it is not, and when epoll does not take it", () => {
    const [a] = socketPair();
    const { registry } = poll;
    registry.register(a, 1, Interest.readable);
    const refused = (code: string): unknown => expect.objectContaining({ code, syscall: "epoll_ctl" });
    expect(() => registry.register(a, 1, Interest.readable)).toThrow(refused("EEXIST"));
    registry.deregister(a);
    expect(() => registry.deregister(a)).toThrow(refused("ENOENT"));
    expect(() => registry.reregister(a, 1, Interest.readable)).toThrow(refused("ENOENT"));
    expect(() => registry.register(-1 >>> 1, 1, Interest.readable)).toThrow(refused("EBADF"));
    const file = openSync("/dev/null", "r");
    fds.push(file);
    expect(() => registry.register(file, 1, Interest.readable)).toThrow(refused("EPERM"));
  });

  test.each([0, 8, 1.5, -1])("is refused with %d as its interest", (interest) => {
    expect(() => poll.registry.register(0, 1, interest)).toThrow(/expected a sum of the values of Interest/);
  });

  test.each([-1, 0.5, 2 ** 53])("is refused with %d as its token", (token) => {
    expect(() => poll.registry.register(0, token, Interest.readable)).toThrow(/expected a token from 0/);
  });
});

describe("a wait", () => {
  test("returns no more events than there is room for, and the others the next time", () => {
    const small = Poll.create({ eventCapacity: 2 });
    for (let token = 0; token < 3; token++) small.registry.register(socketPair()[0], token, Interest.writable);
    expect([...small.wait(0)].map((event) => event.token)).toEqual([0, 1]);
    expect([...small.wait(0)].map((event) => event.token)).toEqual([2]);
    expect(small.wait(0).length).toBe(0);
    small.close();
  });

  test("is ended by a waker, also by one that was called before; many calls are one event", () => {
    const waker = PollWaker.create(poll.registry, 7);
    waker.wake();
    waker.wake();
    expect(wait()).toEqual({ 7: ["readable"] });
    expect(wait(0)).toEqual({});
    waker.wake();
    expect(wait()).toEqual({ 7: ["readable"] });
    waker.close();
    waker.close();
    waker.wake();
    expect(wait(0)).toEqual({});
  });

  test("is no more possible once it is closed", () => {
    const closed = Poll.create();
    closed.close();
    expect(() => closed.wait(0)).toThrow(expect.objectContaining({ code: "EBADF", syscall: "epoll_wait" }));
    const eventFd = EventFd.create();
    expect(() => closed.registry.register(eventFd.fd, 0, Interest.readable)).toThrow(
      expect.objectContaining({ errno: -ERRNO.EBADF }),
    );
    expect(() => PollWaker.create(closed.registry, 0)).toThrow(expect.objectContaining({ code: "EBADF" }));
    eventFd.close();
  });

  test("refuses a capacity that is none", () => {
    expect(() => Poll.create({ eventCapacity: 0 })).toThrow(/eventCapacity: expected a whole number of at least 1/);
  });
});

test("what is ready stays unreported until it changes: whoever does not drain it waits for ever", () => {
  const [from, to] = createPipe(true);
  fds.push(from, to);
  poll.registry.register(from, 1, Interest.readable);
  writeFileView(to, new Uint8Array(2));
  expect(wait()).toEqual({ 1: ["readable"] });
  expect(readFileView(from, new Uint8Array(1))).toBe(1);
  expect(wait(0)).toEqual({});
});
