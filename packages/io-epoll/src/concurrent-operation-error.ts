// A way of misusing a socket.

/** A second operation of the same kind was started on a socket while the first is in flight. */
export class ConcurrentOperationError extends Error {
  override readonly name = "ConcurrentOperationError";
  constructor(operation: "accept" | "read" | "write" | "receive" | "send") {
    super(
      `this socket already has ${operation === "accept" ? "an" : "a"} ${operation} in flight; wait for it, or drop it, before the next one`,
    );
  }
}
