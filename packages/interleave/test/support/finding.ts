import { InterleavingError } from "../../src/index.ts";

/** The error that an exploration must end with. */
export function findingIn(exploration: () => unknown): InterleavingError {
  try {
    exploration();
  } catch (error) {
    if (error instanceof InterleavingError) return error;
    throw error;
  }
  throw new Error("The exploration found nothing.");
}
