// How each peer is set up, and why that is fair: what a sceptic asks before the numbers. README has the same table, and a test holds it there.
import type { Grid } from "./grid.ts";

/** One peer, or one side of a comparison. */
export interface SetUp {
  readonly peer: string;
  readonly setUp: string;
  readonly why: string;
}

/** Backticks mark names. */
export const SET_UPS: readonly SetUp[] = [
  {
    peer: "`tokio`",
    setUp:
      "Debian's release, optimised (LTO, one unit), current-thread; only the clock is enabled where nothing does I/O",
    why: "one thread stands against one thread; line numbers for backtraces change no instruction",
  },
  {
    peer: "`tokio (threads)`",
    setUp: "multi-thread with two workers",
    why: "as many threads as the stealing executor has",
  },
  {
    peer: "`tokio`, static and dynamic dispatch",
    setUp: "a generic against `Box<dyn …>` in the same loop, whose calls are kept from being folded away",
    why: "in Rust this is the pair that is meant; at a JIT's call site, one class against eight is the nearest to it",
  },
  {
    peer: "`tokio`, `joinAll`",
    setUp: "polls all that are not ready, as the crate futures does for a few; that crate is no part of Debian's tokio",
    why: "all its futures wait for the same turn, so nothing is polled in vain",
  },
  {
    peer: "`native-async`",
    setUp: "what V8 runs; a turn is the await of a settled promise",
    why: "no library lies between, and there is no shorter wait",
  },
  {
    peer: "`down-levelled`",
    setUp: "the same source as TypeScript emits it for ES2015",
    why: "what ran before engines had async functions",
  },
  {
    peer: "`effect`",
    setUp: "`Effect.fnUntraced` where costs are measured, named `Effect.fn` where traces are, on its default runtime",
    why: "as its documentation asks; tracing has a cost of its own, and traces need the names",
  },
  {
    peer: "`p-limit`, with `spawn-flood`",
    setUp: "no more calls wait in its queue than may run",
    why: "otherwise its own queue would be the flood",
  },
  {
    peer: "`node-streams`",
    setUp: "object mode, the same capacity; the writer waits for `drain`, or for the unbounded case does not",
    why: "it is how back-pressure is respected, and how it is missed",
  },
  { peer: "`threads`", setUp: "worker threads, each warmed up for itself", why: "every isolate compiles for itself" },
  {
    peer: "`c-threads`",
    setUp: "pthreads with default stacks, of which only touched pages are resident",
    why: "a thread in C is the cheapest that there is: who is cheaper is cheaper than any",
  },
  {
    peer: "thread switches",
    setUp: "a park and a wake; on one core, and on two beside it",
    why: "tasks share a core as well; across cores a wake-up has to reach the other one, which may be asleep",
  },
  {
    peer: "a switch's rivals",
    setUp: "register and deregister use each runtime's own reactor",
    why: "raw system calls would leave out what a reactor adds",
  },
  {
    peer: "`python`",
    setUp: "the interpreter itself, `-I`",
    why: "a version manager's script in the `PATH` takes longer to start than Python",
  },
  {
    peer: "`go`, `java`",
    setUp: "built before (`go build`, `javac`) and started with default options",
    why: "as they are shipped; a source that is compiled at its start would be another thing",
  },
  {
    peer: "`java`, sleeping",
    setUp: "CompletableFuture on the thread that keeps the times",
    why: "on two processors its default is a thread for each",
  },
  {
    peer: "`bun`, `deno`",
    setUp: "those on the `PATH`, running Node's program",
    why: "`--runtimes` has pinned ones for everything else",
  },
  {
    peer: "peak memory",
    setUp: "`VmHWM` of the process itself, in every language",
    why: "the maximum of `getrusage` is handed on by `exec`: a small program would seem as large as the lab",
  },
  {
    peer: "compile times",
    setUp: "less what a module of one function takes",
    why: "the start of the compiler is the same for all, and would dilute the difference",
  },
  {
    peer: "stacks of errors",
    setUp: "up to 100 frames in every style",
    why: "ten, the default, would be used up by a style's own frames",
  },
  {
    peer: "`echo` servers, JavaScript",
    setUp:
      "warmed up by 32,000 requests on connections that also end (`blocking` by 4000, `threads` by a thousand for each), in quick runs as well",
    why: "what is compiled before a connection ends is thrown away at the first end",
  },
  {
    peer: "`echo` servers in C and Rust",
    setUp: "2000 requests",
    why: "nothing is compiled there any more; more change nothing",
  },
  {
    peer: "`stealing`, `partition`, `tokio (threads)`",
    setUp:
      "two threads each; tokio's tasks are spawned at once, this project's in sets; how a load's skew is borne is compared with the same runtime's balanced load",
    why: "a loop in Rust is compiled otherwise than one in JavaScript, so their ratio says nothing of stealing",
  },
];

/** All of them as a table. */
export function setUpGrid(): Grid {
  return {
    title: "How each peer is set up, and why that is fair",
    content: "text",
    columns: ["peer", "set up", "why"],
    rows: SET_UPS.map(({ peer, setUp, why }) => [peer, setUp, why].map((text) => ({ text: text.replaceAll("`", "") }))),
  };
}
