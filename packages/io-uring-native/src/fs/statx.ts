// What the kernel knows of a file: the fields of `struct statx`, see statx(2).
import type { RawFileStats } from "@pollab/runtime-core/io";

/** All the basic fields, and the time of birth. */
export const STATX_MASK = 0xfff;
export const AT_SYMLINK_NOFOLLOW = 0x100;
export const AT_EMPTY_PATH = 0x1000;

const NS_PER_S = 1_000_000_000n;

/** @param answer as the kernel wrote it, 256 bytes */
export function decodeStatx(answer: Uint8Array): RawFileStats {
  const view = new DataView(answer.buffer, answer.byteOffset, answer.byteLength);
  const u32 = (offset: number): bigint => BigInt(view.getUint32(offset, true));
  const u64 = (offset: number): bigint => view.getBigUint64(offset, true);
  const time = (offset: number): bigint => view.getBigInt64(offset, true) * NS_PER_S + u32(offset + 8);
  return {
    blksize: u32(4),
    nlink: u32(16),
    uid: u32(20),
    gid: u32(24),
    mode: BigInt(view.getUint16(28, true)),
    ino: u64(32),
    size: u64(40),
    blocks: u64(48),
    atimeNs: time(64),
    birthtimeNs: time(80),
    ctimeNs: time(96),
    mtimeNs: time(112),
    rdev: device(u32(128), u32(132)),
    dev: device(u32(136), u32(140)),
  };
}

/** makedev(3) */
function device(major: bigint, minor: bigint): bigint {
  return ((major & 0xffff_f000n) << 32n) | ((major & 0xfffn) << 8n) | ((minor & 0xffff_ff00n) << 12n) | (minor & 0xffn);
}
