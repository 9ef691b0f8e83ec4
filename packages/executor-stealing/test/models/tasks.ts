// Tasks as the models of channels, semaphores and tokens need them: each is a thread of the model, with a record for the lists in
// which it waits, and sleeps until it is woken.
import { TOKEN_WORDS, Tokens } from "../../src/memory/cancellation.ts";
import { Channels, channelWords } from "../../src/memory/channel.ts";
import { Locks } from "../../src/memory/mutex.ts";
import { SEMAPHORE_WORDS, Semaphores } from "../../src/memory/semaphore.ts";
import { WaitLists } from "../../src/memory/wait-list.ts";
import type { Words } from "../../src/memory/words.ts";
import type { Memory } from "@pollab/interleave";

const stride = 16;

/** Shared memory with records, and one thing behind them. */
export class World {
  readonly words: Words;
  readonly woken: Words;
  /** The thing that the model is about. */
  readonly thing: number;

  /** @param tasks how many: they have the numbers from 1 on */
  constructor(memory: Memory, tasks: number, thingWords: number) {
    this.thing = (tasks + 1) * stride;
    this.words = memory.int32Array("records", this.thing + thingWords);
    memory.name("lock", this.words.subarray(this.thing, this.thing + 1));
    memory.name("thing", this.words.subarray(this.thing + 1));
    this.woken = memory.int32Array("woken", tasks + 1);
  }

  /** What the thread of that task works with. */
  task(number: number): Task {
    return new Task(this, number);
  }
}

/** One task, as its thread has it. */
export class Task {
  readonly number: number;
  readonly generation: number;
  readonly channels: Channels;
  readonly semaphores: Semaphores;
  readonly tokens: Tokens;
  private readonly woken: Words;

  constructor({ woken, words }: World, number: number) {
    this.number = number;
    this.generation = number * 10;
    this.woken = woken;
    const locks = new Locks(words, { me: number, isAlive: () => true }, 0);
    const lists = new WaitLists(words, 0, stride);
    const wakes = { wake: (index: number, generation: number) => this.wake(index, generation) };
    this.channels = new Channels(words, locks, lists, wakes);
    this.semaphores = new Semaphores(words, locks, lists, wakes);
    this.tokens = new Tokens(words, locks, 0, stride, wakes);
  }

  private wake(index: number, generation: number): void {
    if (generation !== index * 10) throw new Error(`task ${index} is woken by the generation ${generation}`);
    Atomics.store(this.woken, index, 1);
    Atomics.notify(this.woken, index);
  }

  /** Sleeps until it is woken; not at all if it was woken since the last time. */
  sleep(): void {
    while (Atomics.exchange(this.woken, this.number, 0) === 0) Atomics.wait(this.woken, this.number, 0);
  }
}

export { channelWords, SEMAPHORE_WORDS, TOKEN_WORDS };
