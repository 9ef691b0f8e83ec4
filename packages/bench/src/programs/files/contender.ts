// What each way of reading files provides to the file-read program.

export interface FileReader {
  /** Reads that many blocks, each checked, in the positions that the seed gives. */
  run(operations: number, seed: number): Promise<void> | void;
  /** System calls made so far, where they can be counted. */
  syscalls?(): number;
  close(): Promise<void> | void;
}

export interface FileTask {
  readonly path: string;
  readonly blocks: number;
  /** Reads in flight at a time. */
  readonly depth: number;
}
