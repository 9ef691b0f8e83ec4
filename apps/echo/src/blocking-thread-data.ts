// What the thread that serves with blocking calls and the main thread share.

export interface BlockingThreadData {
  readonly listener: number;
  /** Two words: {@link CONNECTION} and {@link STOPPING}. */
  readonly shared: Int32Array;
}

/** The word with the connection that is being served, or {@link NONE}. Written by the thread. */
export const CONNECTION = 0;
/** The word that is 1 once the server is to stop. Written by the main thread, which then looks at the other word. */
export const STOPPING = 1;

export const NONE = -1;
