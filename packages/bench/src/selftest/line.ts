// What a self-test says.

export interface SelfTestLine {
  /** What was tried, and what had to come of it. */
  readonly what: string;
  readonly passed: boolean;
  /** What came of it: a sentence. */
  readonly because: string;
}
