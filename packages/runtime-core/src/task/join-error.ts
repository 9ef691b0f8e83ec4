// Why a task has no result.

/** What awaiting a task throws when the task did not return. */
export class JoinError extends Error {
  override readonly name = "JoinError";
  readonly reason: "cancelled" | "failed";

  /** @param cause what the task threw, when it failed. */
  constructor(reason: "cancelled" | "failed", cause?: unknown) {
    super(
      reason === "cancelled" ? "the task was cancelled" : `the task failed: ${messageOf(cause)}`,
      reason === "failed" ? { cause } : undefined,
    );
    this.reason = reason;
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
