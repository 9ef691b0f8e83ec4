import { describe, expect, test } from "vitest";
import { BufferFreedError, BufferLentError, BufferPool, readSlab } from "../src/index.ts";

function smallPool(): BufferPool {
  return new BufferPool({ bufferBytes: 1024, slabBytes: 4096 });
}

describe("a pool", () => {
  test("maps nothing until a buffer is taken, and one slab at a time then", () => {
    const pool = smallPool();
    expect(pool.counts).toEqual({ taken: 0, lent: 0, slabs: 0 });
    const buffers = Array.from({ length: 9 }, () => pool.take());
    expect(pool.counts).toEqual({ taken: 9, lent: 0, slabs: 3 });
    for (const buffer of buffers) buffer.free();
    expect(pool.counts).toEqual({ taken: 0, lent: 0, slabs: 3 });
    pool.close();
    expect(pool.counts).toEqual({ taken: 0, lent: 0, slabs: 0 });
  });

  test("gives out buffers that do not overlap, and that its addresses and offsets describe", () => {
    const pool = smallPool();
    const buffers = Array.from({ length: 8 }, () => pool.take());
    for (const [index, buffer] of buffers.entries()) buffer.bytes.fill(index);
    const addresses = new Set<number>();
    for (const [index, buffer] of buffers.entries()) {
      expect(buffer.capacityBytes).toBe(1024);
      expect(buffer.bytes.every((byte) => byte === index)).toBe(true);
      expect(buffer.bytes.byteOffset).toBe(buffer.offsetBytes);
      const address = (buffer.addressHigh >>> 0) * 2 ** 32 + (buffer.addressLow >>> 0);
      expect((address - buffer.offsetBytes) % 4096).toBe(0);
      addresses.add(address);
    }
    expect(addresses.size).toBe(8);
    pool.close();
  });

  test("aligns buffers of any size to cache lines, and makes room for one that is larger than a slab", () => {
    const odd = new BufferPool({ bufferBytes: 100, slabBytes: 1000 });
    odd.take();
    expect(odd.take().offsetBytes).toBe(128);
    odd.close();
    const large = new BufferPool({ bufferBytes: 10_000, slabBytes: 1 });
    expect(large.take().bytes.byteLength).toBe(10_000);
    large.close();
  });

  test("refuses sizes that are none", () => {
    for (const bufferBytes of [0, -1, 1.5, Number.NaN, 2 ** 31]) {
      expect(() => new BufferPool({ bufferBytes })).toThrow(RangeError);
    }
    expect(() => new BufferPool({ bufferBytes: 1, slabBytes: 0 })).toThrow("slabBytes");
  });

  test("refuses to give out buffers once it is closed", () => {
    const pool = smallPool();
    pool.close();
    pool.close();
    expect(() => pool.take()).toThrow(/closed/);
  });

  test("when it is closed frees the buffers that are held at once and the lent ones when they come back", () => {
    const pool = smallPool();
    const held = pool.take();
    const lent = pool.take();
    const orphan = pool.take();
    lent.lend();
    orphan.lend();
    orphan.orphan();
    pool.close();
    expect(() => held.bytes).toThrow(BufferFreedError);
    held.free();
    expect(pool.counts).toEqual({ taken: 2, lent: 2, slabs: 1 });
    lent.giveBack();
    expect(() => lent.bytes).toThrow(BufferFreedError);
    expect(pool.counts).toEqual({ taken: 1, lent: 1, slabs: 1 });
    orphan.giveBack();
    expect(pool.counts).toEqual({ taken: 0, lent: 0, slabs: 0 });
  });

  test("unmaps its slabs when it is closed: native calls find nothing there, and no view of it has a length", () => {
    const pool = smallPool();
    const buffer = pool.take();
    const { slab, bytes } = buffer;
    expect(readSlab(999_999, slab, 0, 1)).toBe(-9);
    pool.close();
    expect(readSlab(999_999, slab, 0, 1)).toBe(-14);
    expect(bytes.byteLength).toBe(0);
  });
});

describe("a buffer", () => {
  test("is out of reach while it is lent, and comes back", () => {
    const pool = smallPool();
    const buffer = pool.take();
    buffer.lend();
    expect(pool.counts).toEqual({ taken: 1, lent: 1, slabs: 1 });
    expect(() => buffer.bytes).toThrow(BufferLentError);
    expect(() => {
      buffer.lend();
    }).toThrow(BufferLentError);
    expect(() => {
      buffer.free();
    }).toThrow(BufferLentError);
    buffer.giveBack();
    expect(buffer.bytes.byteLength).toBe(1024);
    expect(pool.counts).toEqual({ taken: 1, lent: 0, slabs: 1 });
    pool.close();
  });

  test("is freed once, and out of reach from then on", () => {
    const pool = smallPool();
    const buffer = pool.take();
    buffer.free();
    buffer.free();
    expect(pool.counts.taken).toBe(0);
    expect(() => buffer.bytes).toThrow(BufferFreedError);
    expect(() => {
      buffer.lend();
    }).toThrow(BufferFreedError);
    pool.close();
  });

  test("reaches none of the memory that was its own once somebody else has it", () => {
    const pool = smallPool();
    const stale = pool.take();
    stale.free();
    const next = pool.take();
    expect(next.offsetBytes).toBe(stale.offsetBytes);
    expect(next).not.toBe(stale);
    next.bytes.fill(1);
    expect(() => stale.bytes).toThrow(BufferFreedError);
    expect(() => {
      stale.lend();
    }).toThrow(BufferFreedError);
    stale.free();
    expect(pool.counts.taken).toBe(1);
    expect(next.bytes[0]).toBe(1);
    pool.close();
  });

  test("whose operation was dropped stays taken until the kernel is done with it", () => {
    const pool = new BufferPool({ bufferBytes: 4096, slabBytes: 4096 });
    const orphan = pool.take();
    orphan.lend();
    orphan.orphan();
    orphan.free();
    expect(() => orphan.bytes).toThrow(BufferLentError);
    expect(pool.counts).toEqual({ taken: 1, lent: 1, slabs: 1 });
    // The only slot is not free, so the next buffer is elsewhere.
    const other = pool.take();
    expect(other.slab).not.toBe(orphan.slab);
    orphan.giveBack();
    expect(pool.counts).toEqual({ taken: 1, lent: 0, slabs: 2 });
    expect(() => orphan.bytes).toThrow(BufferFreedError);
    pool.close();
  });

  test("is given back and orphaned only while it is lent", () => {
    const pool = smallPool();
    const buffer = pool.take();
    expect(() => {
      buffer.giveBack();
    }).toThrow("not lent");
    expect(() => {
      buffer.orphan();
    }).toThrow("not lent");
    pool.close();
  });
});
