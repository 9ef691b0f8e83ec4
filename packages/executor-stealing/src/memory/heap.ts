// Shared memory for everything that is not a task: channels, buffers, serialised arguments and errors. Blocks come in powers of
// two, from 64 bytes on; a freed block goes to the list of its size and is only ever reused at that size.
//
// One word before each block says which size it has. The lists stay whole when a holder of the lock dies, because each operation
// takes effect with its last store; a block that was just being moved is then lost until the runtime ends.
import type { Locks } from "./mutex.ts";
import { LINE_WORDS, type Words } from "./words.ts";

const LOCK = 0;
const NEXT_UNUSED = 1;
const LISTS = 2;
const LARGEST_CLASS = 26;
const BLOCKS = LINE_WORDS;

/** 64 bytes. */
const SMALLEST_WORDS = 16;
/** The size class is kept there, and what follows stays aligned to 8 bytes. */
const HEADER_WORDS = 2;

/** There is not enough shared memory left. */
export class HeapFullError extends Error {
  override readonly name = "HeapFullError";
  constructor(bytes: number, heapBytes: number) {
    super(
      `no ${bytes} bytes of shared memory are left for channels, buffers and arguments: all ${heapBytes} bytes are taken; ` +
        "raise heapBytes, or free what is not needed any more",
    );
  }
}

/** The heap as one thread sees it. A block is the offset of its first word. */
export class Heap {
  private readonly words: Words;
  private readonly at: number;
  private readonly size: number;
  private readonly locks: Locks;

  /** @param size in words, this bookkeeping included; word 0 of the block that is handed out first is aligned to 64 bytes */
  constructor(words: Words, at: number, size: number, locks: Locks) {
    this.words = words;
    this.at = at;
    this.size = size;
    this.locks = locks;
  }

  /** A block of at least `wordCount` words, all 0. @throws HeapFullError */
  allocate(wordCount: number): number {
    const sizeClass = classOf(wordCount);
    const blockWords = SMALLEST_WORDS << sizeClass;
    const { at, words } = this;
    this.locks.lock(at + LOCK);
    const list = at + LISTS + sizeClass;
    let block = words[list];
    if (block !== 0) words[list] = words[block];
    else block = this.cut(sizeClass, blockWords);
    this.locks.unlock(at + LOCK);
    if (block === 0) throw new HeapFullError(wordCount * 4, this.size * 4);
    words.fill(0, block, block + blockWords - HEADER_WORDS);
    return block;
  }

  private cut(sizeClass: number, blockWords: number): number {
    const { at, words } = this;
    const start = words[at + NEXT_UNUSED] || BLOCKS;
    if (sizeClass > LARGEST_CLASS || start + blockWords > this.size) return 0;
    words[at + start] = sizeClass;
    words[at + NEXT_UNUSED] = start + blockWords;
    return at + start + HEADER_WORDS;
  }

  /** Gives a block back. */
  free(block: number): void {
    const { at, words } = this;
    const list = at + LISTS + words[block - HEADER_WORDS];
    this.locks.lock(at + LOCK);
    words[block] = words[list];
    words[list] = block;
    this.locks.unlock(at + LOCK);
  }

  /** How many words are in blocks that are given out. */
  usedWords(): number {
    const { at, words } = this;
    this.locks.lock(at + LOCK);
    let used = (words[at + NEXT_UNUSED] || BLOCKS) - BLOCKS;
    for (let sizeClass = 0; sizeClass <= LARGEST_CLASS; sizeClass++) {
      for (let block = words[at + LISTS + sizeClass]; block !== 0; block = words[block])
        used -= SMALLEST_WORDS << sizeClass;
    }
    this.locks.unlock(at + LOCK);
    return used;
  }
}

function classOf(wordCount: number): number {
  const needed = wordCount + HEADER_WORDS;
  return needed <= SMALLEST_WORDS ? 0 : 32 - Math.clz32(Math.ceil(needed / SMALLEST_WORDS) - 1);
}
