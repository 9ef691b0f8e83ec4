// Where everything is in the one piece of shared memory that a runtime has. Every thread computes the same offsets from the same
// few numbers.
import { MAX_WORKERS } from "../memory/idle.ts";
import { WAIT_STRIDE } from "../memory/record.ts";
import { sharedQueueWords } from "../memory/shared-queue.ts";
import { slabWords } from "../memory/slab.ts";
import { workQueueWords } from "../memory/work-queue.ts";
import { LINE_WORDS } from "../memory/words.ts";

/** What the offsets follow from. Plain data, the same for every thread. */
export interface PlanOptions {
  /** How many workers there are, the main thread included if it is one. */
  readonly workers: number;
  /** How many tasks there can be at a time; a power of two. */
  readonly taskCapacity: number;
  /** Words of a record. */
  readonly stride: number;
  /** Entries of each local run queue; a power of two. */
  readonly queueCapacity: number;
  readonly heapWords: number;
}

/** Words that a worker publishes its counts in, two for each. */
const METRIC_WORDS = 32;

/** Words that each thread has for itself. */
export const DRAFT_WORDS = 256;

/** The offsets, in words. Worker i has slot i; the main thread has a slot behind the workers, and the supervisor the last. */
export class Plan {
  readonly options: PlanOptions;
  readonly mainSlot: number;
  readonly supervisorSlot: number;
  readonly slots: number;
  readonly idle: number;
  /** Bits that ask everybody to stop, see `control.ts`. */
  readonly control: number;
  /** The id of the thread in each slot, 0 for none; see `Members`. */
  readonly memberIds: number;
  /** What the driver of each worker is kicked by: its eventfd plus 1, or 0. */
  readonly eventFds: number;
  /** A word for each worker's driver, if it sleeps on a word. */
  readonly driverWords: number;
  readonly slab: number;
  readonly inject: number;
  readonly heap: number;
  /** Where record 0 would be: records are numbered from 1. */
  readonly records: number;
  /** The second table, of what only some tasks need; see `record.ts`. */
  readonly waits: number;
  readonly totalWords: number;
  private readonly drafts: number;
  private readonly parkers: number;
  private readonly queues: number;
  private readonly mailboxes: number;
  private readonly metrics: number;
  private readonly queueWords: number;
  private readonly mailboxWords: number;

  constructor(options: PlanOptions) {
    this.options = options;
    const { heapWords, queueCapacity, stride, taskCapacity, workers } = options;
    this.mainSlot = workers;
    this.supervisorSlot = workers + 1;
    this.slots = workers + 2;
    this.queueWords = lines(workQueueWords(queueCapacity));
    this.mailboxWords = lines(sharedQueueWords(this.mailboxCapacity));
    let next = 0;
    const take = (words: number): number => {
      const at = next;
      next += lines(words);
      return at;
    };
    this.idle = take(1);
    this.control = take(LINE_WORDS);
    this.memberIds = take(this.slots);
    this.eventFds = take(MAX_WORKERS);
    this.driverWords = take(workers * LINE_WORDS);
    this.drafts = take(this.slots * DRAFT_WORDS);
    this.parkers = take(this.slots * LINE_WORDS);
    this.metrics = take(workers * METRIC_WORDS);
    this.queues = take(workers * this.queueWords);
    this.slab = take(slabWords(taskCapacity));
    this.inject = take(sharedQueueWords(taskCapacity));
    this.mailboxes = take(this.slots * this.mailboxWords);
    this.heap = take(heapWords);
    this.records = take((taskCapacity + 1) * stride);
    this.waits = take((taskCapacity + 1) * WAIT_STRIDE);
    this.totalWords = next;
  }

  /** A task has one entry at most, but an entry of a task that has ended may still be there when its record is used again. */
  get mailboxCapacity(): number {
    return this.options.taskCapacity * 2;
  }

  draft(slot: number): number {
    return this.drafts + slot * DRAFT_WORDS;
  }

  queue(worker: number): number {
    return this.queues + worker * this.queueWords;
  }

  mailbox(slot: number): number {
    return this.mailboxes + slot * this.mailboxWords;
  }

  parker(slot: number): number {
    // Where the parkers are no two share a line, nor the line of anything else.
    return this.parkers + slot * LINE_WORDS;
  }

  metric(worker: number): number {
    return this.metrics + worker * METRIC_WORDS;
  }

  driverWord(worker: number): number {
    return this.driverWords + worker * LINE_WORDS;
  }
}

function lines(words: number): number {
  return Math.ceil(words / LINE_WORDS) * LINE_WORDS;
}
