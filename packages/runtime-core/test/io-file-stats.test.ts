// What is made of a file's raw numbers.
import { describe, expect, it } from "vitest";
import { BigIntFileStats, FileStats, type RawFileStats } from "../src/io/index.ts";

const RAW: RawFileStats = {
  dev: 1n,
  ino: 2n ** 63n + 1n,
  mode: 0o100644n,
  nlink: 1n,
  uid: 2n,
  gid: 3n,
  rdev: 4n,
  size: 5n,
  blksize: 4096n,
  blocks: 8n,
  atimeNs: 1_700_000_000_123_456_789n,
  mtimeNs: 1_700_000_000_999_999_999n,
  ctimeNs: -1n,
  birthtimeNs: 0n,
};

describe("what is known of a file", () => {
  it("has times in milliseconds, and as dates rounded to them", () => {
    const stats = new FileStats(RAW);
    expect(stats.atimeMs).toBe(1_700_000_000_123.4568);
    expect(stats.mtime).toEqual(new Date(1_700_000_001_000));
    expect(stats.birthtime).toEqual(new Date(0));
    expect(stats).toMatchObject({ size: 5, mode: 0o100644, blocks: 8 });
  });

  it("is exact in the other form", () => {
    const stats = new BigIntFileStats(RAW);
    expect(stats).toMatchObject(RAW);
    expect(stats.mtimeMs).toBe(1_700_000_000_999n);
    expect(stats.atime).toEqual(new Date(1_700_000_000_123));
  });

  it.each([
    [0o100000n, "isFile"],
    [0o040000n, "isDirectory"],
    [0o120000n, "isSymbolicLink"],
    [0o010000n, "isFIFO"],
    [0o140000n, "isSocket"],
    [0o020000n, "isCharacterDevice"],
    [0o060000n, "isBlockDevice"],
  ] as const)("with mode %i answers only to %s", (mode, kind) => {
    const kinds = [
      "isFile",
      "isDirectory",
      "isSymbolicLink",
      "isFIFO",
      "isSocket",
      "isCharacterDevice",
      "isBlockDevice",
    ] as const;
    for (const stats of [new FileStats({ ...RAW, mode }), new BigIntFileStats({ ...RAW, mode })]) {
      expect(kinds.filter((name) => stats[name]())).toEqual([kind]);
    }
  });
});
