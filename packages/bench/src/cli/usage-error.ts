// A mistake of the user's: told in one line and without a stack.

export class UsageError extends Error {
  override readonly name = "UsageError";
}
