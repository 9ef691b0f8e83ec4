import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ByteBuffer, decodeUtf8, encodeUtf8, InvalidUtf8Error } from "../src/io/index.ts";
import { decodeInPlace } from "../src/io/utf8.ts";
import { bytes } from "./support/scripted-io.ts";

describe("a byte buffer", () => {
  test("is a queue of bytes", () => {
    const command = fc.record({
      do: fc.constantFrom("append", "fill", "consume", "take", "clear" as const),
      n: fc.integer({ min: 0, max: 150 }),
    });
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
        const buffer = new ByteBuffer();
        let model: number[] = [];
        for (const [i, { do: what, n }] of commands.entries()) {
          const view = Uint8Array.from({ length: n }, (_, j) => (i + j) & 0xff);
          if (what === "append") {
            buffer.append(view);
            model.push(...view);
          } else if (what === "fill") {
            const room = buffer.spare(n);
            expect(room.byteLength).toBeGreaterThanOrEqual(n);
            room.set(view);
            buffer.commit(n >> 1);
            model.push(...view.subarray(0, n >> 1));
          } else if (what === "clear") {
            buffer.clear();
            model = [];
          } else if (n > model.length) {
            expect(() => (what === "take" ? buffer.take(n) : buffer.consume(n))).toThrow(RangeError);
          } else if (what === "take") {
            expect([...buffer.take(n)]).toEqual(model.splice(0, n));
          } else {
            buffer.consume(n);
            model.splice(0, n);
          }
          expect([...buffer.bytes]).toEqual(model);
          if (model.length > 0) expect(buffer.byteAt(n % model.length)).toBe(model[n % model.length]);
          expect(() => buffer.byteAt(model.length)).toThrow(RangeError);
          expect(buffer.byteLength).toBe(model.length);
        }
      }),
    );
  });

  test("does not grow without bound while bytes pass through it", () => {
    const buffer = new ByteBuffer();
    for (let i = 0; i < 1000; i++) {
      buffer.append(new Uint8Array(100));
      if (buffer.byteLength > 300) buffer.consume(150);
      if (buffer.byteLength > 300) buffer.consume(50);
    }
    expect(buffer.byteLength + buffer.spare(0).byteLength).toBeLessThan(5000);
  });

  test("hands out copies that later contents do not change", () => {
    const buffer = new ByteBuffer();
    buffer.append(bytes(1, 2));
    const taken = buffer.take(2);
    buffer.append(bytes(3, 4));
    expect(taken).toEqual(bytes(1, 2));
  });

  test("refuses to commit more than there is room for", () => {
    const buffer = new ByteBuffer();
    expect(() => buffer.commit(buffer.spare(8).byteLength + 1)).toThrow(RangeError);
    expect(() => buffer.commit(-1)).toThrow(RangeError);
  });
});

/** What the host makes of it: the Encoding Standard. */
function standardDecode(view: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(view);
  } catch {
    return null;
  }
}

describe("UTF-8", () => {
  /** Bytes at the edges of what is allowed, so that faults of every kind are likely. */
  const edges = fc.constantFrom(
    ...[0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec],
    ...[0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xf7, 0xf8, 0xff, 0xbb, 0xbf, 0xfe],
  );

  const points = fc.oneof(
    ...[fc.nat(0x7f), fc.nat(0x7ff), fc.nat(0xd7ff), fc.integer({ min: 0xe000, max: 0x10_ffff })],
    fc.constantFrom(0, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xfeff, 0xffff, 0x1_0000, 0x10_ffff),
  );

  test.for([
    ["with the host", decodeUtf8],
    ["without it", decodeInPlace],
  ] as const)("is decoded as the standard says, %s", ([, decode]) => {
    fc.assert(
      fc.property(fc.array(edges, { maxLength: 6 }), fc.constantFrom(0, 30), (tail, before) => {
        const view = bytes("x".repeat(before), ...tail);
        const expected = standardDecode(view);
        if (expected === null) expect(() => decode(view)).toThrow(InvalidUtf8Error);
        else expect(decode(view)).toBe(expected);
      }),
      { numRuns: 3000 },
    );
  });

  test("of any text is what the standard says, and is the text again", () => {
    fc.assert(
      fc.property(fc.array(points, { maxLength: 40 }), (parts) => {
        const text = String.fromCodePoint(...parts);
        const encoded = encodeUtf8(text);
        expect(encoded).toEqual(new TextEncoder().encode(text));
        expect([decodeUtf8(encoded), decodeInPlace(encoded)]).toEqual([text, text]);
      }),
    );
  });

  test("of lone surrogates is the replacement character", () => {
    for (const text of ["\ud800", "\udc00", "a\ud800b", "\udc00\ud800", "\ud800\ud800\udc00"]) {
      expect(encodeUtf8(text)).toEqual(new TextEncoder().encode(text));
    }
  });

  test("is decoded at any length, with a byte order mark like any other character", () => {
    const text = `\ufeff${"aä€😀".repeat(3000)}`;
    expect([decodeUtf8(encodeUtf8(text)), decodeInPlace(encodeUtf8(text))]).toEqual([text, text]);
    expect(decodeInPlace(encodeUtf8("a".repeat(10_000)))).toBe("a".repeat(10_000));
  });

  test("says where it is broken", () => {
    const offsets = [bytes(0x80), bytes("ä", 0xe2, 0x82), bytes("x".repeat(40), 0xed, 0xa0, 0x80)].map((view) => {
      try {
        decodeUtf8(view);
      } catch (error) {
        if (error instanceof InvalidUtf8Error) return error.offsetBytes;
      }
      return null;
    });
    expect(offsets).toEqual([0, 2, 40]);
  });

  test("in shared memory is decoded too", () => {
    const shared = new Uint8Array(new SharedArrayBuffer(40)).fill(0x61);
    expect(decodeUtf8(shared)).toBe("a".repeat(40));
  });
});
