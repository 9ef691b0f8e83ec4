// The registry of contenders, without the twins, which repeat one of them: a new one is one more entry, plus the program that does each scenario's work in it.
import type { Contender } from "./contender.ts";
import { underRuntimes } from "./runtimes/index.ts";
import { buildTokio, debianTokio } from "./tokio.ts";
import { buildGo, buildJava, bunProgram, denoProgram, goToolchain, javaToolchain } from "./toolchains.ts";
import { fioProgram, ioUring, nativeCode, pythonInterpreter } from "./requirements.ts";

const NODE = "Node.js as its users write it: node:net, fs/promises";
const SINGLE = "This project's current-thread executor";
const STEALING = "This project's work-stealing executor on two threads";
const HOSTED = "This project's runtime as a guest in Node's event loop,";

const ownContenders: readonly Contender[] = [
  {
    name: "blocking",
    kind: "blocking",
    description: "Blocking calls on one thread, one operation after the other",
    needs: [],
  },
  {
    name: "threads",
    kind: "blocking",
    description: "Blocking calls on a worker thread for each operation in flight",
    needs: [],
  },
  { name: "node", kind: "async", description: NODE, needs: [] },
  { name: "single+epoll", kind: "async", description: `${SINGLE} on its epoll reactor`, needs: [nativeCode] },
  {
    name: "single+uring",
    kind: "async",
    description: `${SINGLE} on its io_uring driver`,
    needs: [nativeCode, ioUring],
  },
  {
    name: "single+uring multishot",
    kind: "async",
    description: `${SINGLE} on its io_uring driver: one accept and one receive for many arrivals, into provided buffers`,
    needs: [nativeCode, ioUring],
  },
  {
    name: "single+uring registered",
    kind: "async",
    description: `${SINGLE} on its io_uring driver, with memory that the ring knows beforehand`,
    needs: [nativeCode, ioUring],
  },
  {
    name: "single+uring all registered",
    kind: "async",
    description: `${SINGLE} on its io_uring driver, with files and memory that the ring knows beforehand`,
    needs: [nativeCode, ioUring],
  },
  {
    name: "single+uring inline",
    kind: "async",
    description: `${SINGLE} on its io_uring driver: what the page cache has is read in place, and the ring reads the rest`,
    needs: [nativeCode, ioUring],
  },
  {
    name: "single+uring zero-copy",
    kind: "async",
    description: `${SINGLE} on its io_uring driver, whose sends ask for no copy`,
    needs: [nativeCode, ioUring],
  },
  {
    name: "single+uring zero-copy registered",
    kind: "async",
    description: `${SINGLE} on its io_uring driver, whose sends ask for no copy of memory that the ring knows beforehand`,
    needs: [nativeCode, ioUring],
  },
  { name: "hosted+epoll", kind: "async", description: `${HOSTED} on its epoll reactor`, needs: [nativeCode] },
  {
    name: "hosted+uring",
    kind: "async",
    description: `${HOSTED} on its io_uring driver`,
    needs: [nativeCode, ioUring],
  },
  {
    name: "stealing+epoll",
    kind: "async",
    description: `${STEALING}, each thread on its epoll reactor, at one address`,
    needs: [nativeCode],
  },
  {
    name: "stealing+uring",
    kind: "async",
    description: `${STEALING}, each thread on its io_uring driver, at one address`,
    needs: [nativeCode, ioUring],
  },
  { name: "c", kind: "limit", description: "The same in C", needs: [nativeCode] },
  {
    name: "c-threads",
    kind: "limit",
    description: "A thread of the operating system for each connection or timer, in C",
    needs: [nativeCode],
  },
  { name: "c-epoll", kind: "limit", description: "The same loop in C on epoll", needs: [nativeCode] },
  { name: "c-psync", kind: "limit", description: "The same loop in C on pread", needs: [nativeCode] },
  { name: "c-uring", kind: "limit", description: "The same loop in C on io_uring", needs: [nativeCode, ioUring] },
  {
    name: "c-uring registered",
    kind: "limit",
    description: "The same loop in C on io_uring, with file and memory registered",
    needs: [nativeCode, ioUring],
  },
  { name: "fio-psync", kind: "limit", description: "fio's engine of pread", needs: [fioProgram] },
  {
    name: "fio-uring",
    kind: "limit",
    description: "fio's engine of io_uring, with file and memory registered",
    needs: [fioProgram, ioUring],
  },
  {
    name: "atomics",
    kind: "limit",
    description: "Two threads that talk by Atomics.wait and Atomics.notify, and nothing else",
    needs: [],
  },
  { name: "direct-call", kind: "blocking", description: "Plain function calls, which cannot wait", needs: [] },
  {
    name: "callbacks",
    kind: "async",
    description: "A function to call with the result, handed on from call to call",
    needs: [],
  },
  { name: "native-async", kind: "async", description: "The language's async functions and promises", needs: [] },
  { name: "coroutine", kind: "async", description: "This project's coroutines", needs: [] },
  {
    name: "coroutine (logical stack)",
    kind: "async",
    description: "This project's coroutines with logical stacks switched on, so that errors tell who awaited whom",
    needs: [],
  },
  {
    name: "hand-written",
    kind: "async",
    description: "State machines written by hand, polled from the root",
    needs: [],
  },
  {
    name: "down-levelled",
    kind: "async",
    description: "Async functions taken apart by the compiler for ES2015, which has none",
    needs: [],
  },
  {
    name: "busy-poll",
    kind: "async",
    description: "This project's executor that polls in a loop and never sleeps",
    needs: [],
  },
  { name: "effect", kind: "async", description: "Effect 4: its fibers, queues, locks and clock", needs: [] },
  { name: "async-mutex", kind: "async", description: "The package async-mutex", needs: [] },
  { name: "async-sema", kind: "async", description: "The package async-sema", needs: [] },
  { name: "p-limit", kind: "async", description: "The package p-limit", needs: [] },
  { name: "rxjs", kind: "async", description: "RxJS: its subjects and schedulers", needs: [] },
  { name: "node-streams", kind: "async", description: "Node.js's own streams of objects", needs: [] },
  { name: "set-timeout", kind: "async", description: "Node.js's own setTimeout with callbacks", needs: [] },
  { name: "wheel", kind: "async", description: "This project's timers with a callback each, and no task", needs: [] },
  { name: "fake-timers", kind: "async", description: "The package @sinonjs/fake-timers", needs: [] },
  {
    name: "tokio",
    kind: "async",
    description: "Real tokio, in Rust, on its current-thread runtime",
    needs: [debianTokio],
    prepare: [buildTokio],
  },
  { name: "python", kind: "async", description: "CPython and its asyncio", needs: [pythonInterpreter] },
  { name: "go", kind: "async", description: "Go and its goroutines", needs: [goToolchain], prepare: [buildGo] },
  {
    name: "java",
    kind: "async",
    description: "Java and its CompletableFuture",
    needs: [javaToolchain],
    prepare: [buildJava],
  },
  { name: "bun", kind: "async", description: "Promises on the Bun of this machine", needs: [bunProgram] },
  { name: "deno", kind: "async", description: "Promises on the Deno of this machine", needs: [denoProgram] },
  {
    name: "stealing",
    kind: "async",
    description: "This project's work-stealing executor on two workers, the main thread among them",
    needs: [],
  },
  {
    name: "stealing (1 worker)",
    kind: "async",
    description: "The same on one worker, which has nobody to steal from",
    needs: [],
  },
  {
    name: "partition",
    kind: "blocking",
    description: "Slices fixed beforehand, one for each of two threads",
    needs: [],
  },
  {
    name: "piscina",
    kind: "async",
    description: "The package piscina with two threads, a message for each task",
    needs: [],
  },
  { name: "piscina (sync)", kind: "async", description: "piscina whose threads wait in Atomics.wait", needs: [] },
  { name: "piscina (async)", kind: "async", description: "piscina whose threads wait in Atomics.waitAsync", needs: [] },
  { name: "piscina (disabled)", kind: "async", description: "piscina whose threads wait for messages", needs: [] },
  { name: "poolifier", kind: "async", description: "The package poolifier with two threads", needs: [] },
  {
    name: "tokio (threads)",
    kind: "async",
    description: "Real tokio, in Rust, on its multi-thread runtime with two workers",
    needs: [debianTokio],
    prepare: [buildTokio],
  },
];

/** All of them; under other runtimes than the lab's own last. */
export const contenders: readonly Contender[] = [...ownContenders, ...underRuntimes(ownContenders)];

export type { Contender } from "./contender.ts";
