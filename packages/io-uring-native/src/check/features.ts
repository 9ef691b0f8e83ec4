// IORING_FEAT_*, see io_uring_setup(2): what the kernel says of the rings that it makes.
import type { Offer } from "./trial.ts";

/** One bit of `io_uring_params.features`. */
export interface Feature extends Offer {
  readonly bit: number;
}

export const FEATURES: readonly Feature[] = [
  { name: "SINGLE_MMAP", bit: 0, since: "5.4", use: "required" },
  { name: "NODROP", bit: 1, since: "5.5", use: "required" },
  { name: "SUBMIT_STABLE", bit: 2, since: "5.5", use: "required" },
  { name: "RW_CUR_POS", bit: 3, since: "5.6", use: "required" },
  { name: "CUR_PERSONALITY", bit: 4, since: "5.6", use: "unused" },
  { name: "FAST_POLL", bit: 5, since: "5.7", use: "required" },
  { name: "POLL_32BITS", bit: 6, since: "5.9", use: "unused" },
  { name: "SQPOLL_NONFIXED", bit: 7, since: "5.11", use: "unused" },
  { name: "EXT_ARG", bit: 8, since: "5.11", use: "required" },
  { name: "NATIVE_WORKERS", bit: 9, since: "5.12", use: "unused" },
  { name: "RSRC_TAGS", bit: 10, since: "5.13", use: "unused" },
  { name: "CQE_SKIP", bit: 11, since: "5.17", use: "unused" },
  { name: "LINKED_FILE", bit: 12, since: "5.18", use: "unused" },
  { name: "REG_REG_RING", bit: 13, since: "6.3", use: "unused" },
  { name: "RECVSEND_BUNDLE", bit: 14, since: "6.10", use: "unused" },
  { name: "MIN_TIMEOUT", bit: 15, since: "6.12", use: "unused" },
  { name: "RW_ATTR", bit: 16, since: "6.14", use: "unused" },
  { name: "NO_IOWAIT", bit: 17, since: "6.15", use: "unused" },
];
