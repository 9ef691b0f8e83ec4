// Whether this machine has what a test needs, and if not, why.
import { AddonMissingError } from "@pollab/io-sys";
import { UringDriver } from "../../src/driver.ts";
import { IoUringUnavailableError } from "../../src/unavailable.ts";

/** Why there is no io_uring here; undefined where there is. */
export const missing: string | undefined = whatIsMissing();

function whatIsMissing(): string | undefined {
  try {
    UringDriver.create().close();
    return undefined;
  } catch (error) {
    if (error instanceof IoUringUnavailableError || error instanceof AddonMissingError) return error.message;
    throw error;
  }
}
