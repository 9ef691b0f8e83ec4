// The ledger of claims, in the order of the register: a new one is a file beside this and a line here.
import type { Claim } from "../claim.ts";
import { a1 } from "./a1.ts";
import { a2 } from "./a2.ts";
import { a3 } from "./a3.ts";
import { a4 } from "./a4.ts";
import { a5 } from "./a5.ts";
import { a6 } from "./a6.ts";
import { a7 } from "./a7.ts";
import { a8 } from "./a8.ts";
import { a9 } from "./a9.ts";
import { b1 } from "./b1.ts";
import { b2 } from "./b2.ts";
import { b3 } from "./b3.ts";
import { b4 } from "./b4.ts";
import { b5 } from "./b5.ts";
import { b6 } from "./b6.ts";
import { b7 } from "./b7.ts";
import { b8 } from "./b8.ts";
import { b9 } from "./b9.ts";
import { b10 } from "./b10.ts";
import { b11 } from "./b11.ts";
import { b12 } from "./b12.ts";
import { c1 } from "./c1.ts";
import { c2 } from "./c2.ts";
import { c3 } from "./c3.ts";
import { c4 } from "./c4.ts";
import { c5 } from "./c5.ts";
import { c6 } from "./c6.ts";
import { c7 } from "./c7.ts";
import { d1 } from "./d1.ts";
import { d2 } from "./d2.ts";
import { d3 } from "./d3.ts";
import { d4 } from "./d4.ts";
import { d5 } from "./d5.ts";
import { d6 } from "./d6.ts";
import { d7 } from "./d7.ts";
import { g1 } from "./g1.ts";
import { g2 } from "./g2.ts";

export const ledger: readonly Claim[] = [
  a1,
  a2,
  a3,
  a4,
  a5,
  a6,
  a7,
  a8,
  a9,
  b1,
  b2,
  b3,
  b4,
  b5,
  b6,
  b7,
  b8,
  b9,
  b10,
  b11,
  b12,
  c1,
  c2,
  c3,
  c4,
  c5,
  c6,
  c7,
  d1,
  d2,
  d3,
  d4,
  d5,
  d6,
  d7,
  g1,
  g2,
];
