// What each way of reading files provides to the file-read program.

export interface FileReader {
  /** Reads that many times, each checked, where the sequence of the task goes on. */
  run(operations: number): Promise<void> | void;
  /** System calls made so far, where they can be counted. */
  readonly syscalls?: () => number;
  close(): Promise<void> | void;
}

export interface FileTask {
  readonly path: string;
  /** How it is opened: for reading, past the page cache or not. */
  readonly flags: number;
  /** The length of a read. */
  readonly readBytes: number;
  /** So many reads fit into the file. */
  readonly reads: number;
  /** Of the sequence of positions. */
  readonly seed: number;
  /** Reads in flight at a time. */
  readonly depth: number;
}
