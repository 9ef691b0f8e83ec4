// The ledger of claims, in the order of the register: a new one is a file beside this and a line here.
import type { Claim } from "../claim.ts";
import { a1 } from "./a1.ts";
import { a3 } from "./a3.ts";
import { b1 } from "./b1.ts";

export const ledger: readonly Claim[] = [a1, a3, b1];
