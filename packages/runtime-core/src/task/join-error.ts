// Why a task has no result.

/** Which task it was, for messages. */
interface FailedTask {
  readonly id: number;
  readonly name: string | undefined;
}

/** What awaiting a task throws when the task did not return. */
export class JoinError extends Error {
  override readonly name = "JoinError";
  /** `cancelled` by an abort or because its runtime was shut down; `failed` by what it, or dropping it, threw: the `cause`. */
  readonly reason: "cancelled" | "failed";
  /** The task's id; undefined when the error was made without one. */
  readonly taskId: number | undefined;

  /** For tasks. @internal @param cause what the task threw, when it failed. */
  constructor(reason: "cancelled" | "failed", cause?: unknown, task?: FailedTask) {
    const who = task?.name === undefined ? "the task" : `the task "${task.name}"`;
    super(
      reason === "cancelled" ? `${who} was cancelled` : `${who} failed: ${messageOf(cause)}`,
      reason === "failed" ? { cause } : undefined,
    );
    this.reason = reason;
    this.taskId = task?.id;
  }
}

/** What was thrown may be anything, also something that throws when it is looked at. */
function messageOf(cause: unknown): string {
  try {
    return cause instanceof Error ? cause.message : String(cause);
  } catch {
    return "(what it threw has no description)";
  }
}
