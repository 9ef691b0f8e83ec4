// Whether this kernel lets a process use io_uring: what cannot be tested without it is skipped with this reason.
import { UringDriver } from "@pollab/io-uring-native";

export const ioUringMissing: string | undefined = reason();

function reason(): string | undefined {
  try {
    UringDriver.create().close();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
