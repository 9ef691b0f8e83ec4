// What each style of asynchronous code provides to the await program. Every style is a module of its own and runs in a process of
// its own, so that no style is compiled with what another one taught the engine.

export interface Style {
  /**
   * Calls a chain of `depth` functions, each awaiting the next; the innermost returns its argument without waiting. The sum of
   * what `operations` such calls, with the arguments 0, 1, 2 …, return.
   */
  readonly call: (depth: number, operations: number) => Promise<number> | number;
  /** Below `depth` functions that await each other, the innermost waits `operations` times and returns how often. */
  readonly resume?: (depth: number, operations: number) => Promise<number> | number;
}
