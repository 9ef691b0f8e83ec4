// Where the core tells of errors on their way from frame to frame. Nobody follows them unless logical stacks are switched on, and
// every question whether somebody does is asked where something has failed already, or is spawned.

/** Follows errors. What it is told must not change what happens: its methods never throw. */
export interface FailureFollower {
  /** An error is about to be thrown into the frame `into`, which awaits the one that it comes from. */
  enters(into: object): void;
  /** It was: told from the `yield*` of that frame, on top of the frame's own JavaScript, by the frame that `error` comes from. */
  crosses(error: unknown, from: object): void;
  /** No frame of a stack has caught it, and whoever polls the root gets it. */
  leaves(error: unknown): void;
  /** A task is being made, by who spawns it. */
  spawns(task: object): void;
  /** A task ended with it. */
  ends(error: unknown, task: object): void;
  /** Whoever joins the task is told of its end by `error`. */
  tells(error: unknown, task: object): void;
}

/** Whoever follows errors now. */
export const failures: { follower: FailureFollower | null } = { follower: null };
