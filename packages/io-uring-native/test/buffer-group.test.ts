// A group of buffers between the kernel and those who receive, without any kernel.
import { BufferFreedError } from "@pollab/io-sys";
import { describe, expect, it } from "vitest";
import { CQE_BUFFER_SHIFT, CQE_F_BUF_MORE, CQE_F_BUFFER } from "../src/abi.ts";
import { BufferGroup, type Starved } from "../src/buffers/buffer-group.ts";
import { newCounters } from "../src/counters.ts";
import { Features } from "../src/features.ts";
import { Registrar } from "../src/registrar.ts";
import { FakeMemory, FakePool } from "./support/fake-memory.ts";
import { NO_REGISTRATIONS } from "./support/kernels.ts";
import { Random } from "./support/random.ts";

const COUNT = 4;
const BUFFER_BYTES = 64;

function bench(incremental: boolean = false) {
  const entries = new ArrayBuffer(COUNT * 16);
  const counters = newCounters();
  const kernel = { ...NO_REGISTRATIONS, openBufferRing: () => entries, closeBufferRing: () => 0 };
  const pool = new FakePool(new FakeMemory(COUNT, BUFFER_BYTES), new Random(1), "kept until its completion");
  const closed: number[] = [];
  const group = new BufferGroup(
    3,
    { count: COUNT, bufferBytes: BUFFER_BYTES, incremental },
    new Registrar(kernel, 9, counters),
    new Features(counters),
    counters,
    pool,
    ({ id }) => closed.push(id),
  );
  const halves = new Uint16Array(entries);
  return { group, counters, pool, closed, tail: () => halves[7] ?? 0, idAt: (entry: number) => halves[entry * 8 + 6] };
}

/** Of a completion that names a buffer. */
function naming(id: number): number {
  return CQE_F_BUFFER | (id << CQE_BUFFER_SHIFT);
}

describe("a group of provided buffers", () => {
  it("offers all of its buffers to the kernel, and each again when it was freed", () => {
    const { group, tail, idAt } = bench();
    expect(tail()).toBe(COUNT);
    expect([0, 1, 2, 3].map(idAt)).toEqual([0, 1, 2, 3]);
    const received = group.claim(naming(2), 10);
    expect([received?.capacityBytes, group.received, tail()]).toEqual([10, 1, COUNT]);
    received?.free();
    expect([group.received, tail(), idAt(0)]).toEqual([0, COUNT + 1, 2]);
  });

  it("a buffer that the kernel does not have is not taken from it twice, and counted", () => {
    const { group, counters } = bench();
    const received = group.claim(naming(1), 5);
    expect(received).not.toBeNull();
    expect(group.claim(naming(1), 5)).toBeNull();
    expect(group.claim(naming(COUNT), 5)).toBeNull();
    expect(group.claim(naming(0), BUFFER_BYTES + 1)).toBeNull();
    expect([counters.stale, group.received]).toEqual([3, 1]);
  });

  it("a shared buffer comes back when the kernel has filled it and all of its parts were freed", () => {
    const { group, tail } = bench(true);
    const more = naming(0) | CQE_F_BUF_MORE;
    const parts = [group.claim(more, 20), group.claim(more, 20), group.claim(naming(0), 24)];
    expect(parts.map((part) => (part?.bytes.byteOffset ?? 0) % BUFFER_BYTES)).toEqual([0, 20, 40]);
    parts[2]?.free();
    parts[0]?.free();
    expect(tail()).toBe(COUNT);
    parts[1]?.free();
    expect(tail()).toBe(COUNT + 1);
  });

  it("a part that is freed while the kernel fills the rest brings nothing back", () => {
    const { group, tail } = bench(true);
    group.claim(naming(0) | CQE_F_BUF_MORE, 20)?.free();
    expect([tail(), group.received]).toEqual([COUNT, 0]);
    const rest = group.claim(naming(0), 44);
    expect((rest?.bytes.byteOffset ?? 0) % BUFFER_BYTES).toBe(20);
    rest?.free();
    expect(tail()).toBe(COUNT + 1);
  });

  it("whoever is starved hears of the next buffer, all of them, once", () => {
    const { group, counters } = bench();
    const received = [0, 1, 2, 3].map((id) => group.claim(naming(id), 1));
    const heard: string[] = [];
    const starved = (name: string): Starved => ({ replenished: () => heard.push(name) });
    group.starve(starved("a"));
    group.starve(starved("b"));
    expect(heard).toEqual([]);
    received[0]?.free();
    received[1]?.free();
    expect(heard).toEqual(["a", "b"]);
    // By the time that it is known there is a buffer again.
    group.starve(starved("c"));
    expect(heard).toEqual(["a", "b", "c"]);
    expect(counters.starvation).toBe(3);
  });

  it("keeps its memory until what was received is freed, and offers nothing after it is closed", () => {
    const { group, pool, closed, tail } = bench();
    const received = group.claim(naming(0), 8);
    group.close();
    group.close();
    expect([closed, pool.taken]).toEqual([[3], COUNT]);
    expect(received?.bytes.byteLength).toBe(8);
    received?.free();
    expect([pool.taken, tail()]).toEqual([0, COUNT]);
    expect(() => {
      group.join({ replenished() {} });
    }).toThrow(/closed/);
  });

  it("with its ring gone, what was received is out of reach", () => {
    const { group, pool } = bench();
    const received = group.claim(naming(0), 8);
    group.abandon();
    expect(pool.taken).toBe(0);
    expect(() => received?.bytes).toThrow(BufferFreedError);
    received?.free();
  });
});
