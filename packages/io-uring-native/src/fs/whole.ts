// Files as a whole: read into one array, written from one, copied. Between the file and that array the bytes pass through a driver's
// buffers, several with one operation.
import { map } from "@pollab/runtime-core/combinators";
import { asyncFn, type Future } from "@pollab/runtime-core/future";
import type { BufferSlice, BufferSource, File, FileContent, OwnedBuffer } from "@pollab/runtime-core/io";

/** How many buffers one operation fills or empties. */
const BUFFERS_AT_A_TIME = 16;

type Bytes = Uint8Array<ArrayBuffer>;

/** From the file's own position to its end. */
export function readRest<B extends OwnedBuffer>(file: File<B>, buffers: BufferSource<B>): Future<Bytes> {
  return asyncFn(function* () {
    const { size } = yield* file.stat();
    // Files whose size is not known in advance (those of /proc) say 0.
    let content: Bytes = new Uint8Array(size);
    let length = 0;
    const taken = takeBuffers(buffers, size);
    try {
      do {
        const { n } = yield* file.readv(taken);
        if (n === 0) break;
        if (length + n > content.byteLength) content = grown(content, length + n);
        for (const { buf, start, end } of slicesOf(taken, 0, n)) {
          content.set(buf.bytes.subarray(start, end), length);
          length += end - start;
        }
      } while (length !== size);
    } finally {
      for (const buf of taken) buf.free();
    }
    return content.subarray(0, length);
  })();
}

/** The same as text: bytes that are no UTF-8 become replacement characters, as in Node. */
export function readText<B extends OwnedBuffer>(file: File<B>, buffers: BufferSource<B>): Future<string> {
  return map(readRest(file, buffers), (content) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(content));
}

/** All of it, at the file's own position. */
export function writeContent<B extends OwnedBuffer>(
  file: File<B>,
  buffers: BufferSource<B>,
  content: FileContent,
): Future<void> {
  return asyncFn(function* () {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    const taken = takeBuffers(buffers, bytes.byteLength);
    try {
      for (let written = 0; written < bytes.byteLength;) {
        const { n } = yield* file.writev(load(taken, bytes.subarray(written)));
        written += n;
      }
    } finally {
      for (const buf of taken) buf.free();
    }
  })();
}

/** From one file's position to its end, to the other's position. */
export function copyRest<B extends OwnedBuffer>(from: File<B>, to: File<B>, buffers: BufferSource<B>): Future<void> {
  return asyncFn(function* () {
    const taken = takeBuffers(buffers, Infinity);
    try {
      for (;;) {
        const { n } = yield* from.readv(taken);
        if (n === 0) return;
        for (let written = 0; written < n;) written += (yield* to.writev(slicesOf(taken, written, n))).n;
      }
    } finally {
      for (const buf of taken) buf.free();
    }
  })();
}

/** As many as are worth having for that many bytes. */
function takeBuffers<B extends OwnedBuffer>(buffers: BufferSource<B>, bytes: number): B[] {
  const wanted = bytes === 0 ? 1 : Math.ceil(bytes / buffers.bufferBytes);
  return Array.from({ length: Math.min(wanted, BUFFERS_AT_A_TIME) }, () => buffers.take());
}

/** Copies as much into the buffers as they hold. */
function load<B extends OwnedBuffer>(bufs: readonly B[], bytes: Uint8Array): BufferSlice<B>[] {
  const slices: BufferSlice<B>[] = [];
  let loaded = 0;
  for (const buf of bufs) {
    const part = bytes.subarray(loaded, loaded + buf.capacityBytes);
    if (part.byteLength === 0) break;
    buf.bytes.set(part);
    slices.push({ buf, start: 0, end: part.byteLength });
    loaded += part.byteLength;
  }
  return slices;
}

/** The bytes from `start` to `end` of what the buffers hold, one after the other. */
function slicesOf<B extends OwnedBuffer>(bufs: readonly B[], start: number, end: number): BufferSlice<B>[] {
  const slices: BufferSlice<B>[] = [];
  let at = 0;
  for (const buf of bufs) {
    const from = Math.max(start - at, 0);
    const to = Math.min(end - at, buf.capacityBytes);
    if (from < to) slices.push({ buf, start: from, end: to });
    at += buf.capacityBytes;
  }
  return slices;
}

function grown(content: Bytes, least: number): Bytes {
  const larger = new Uint8Array(Math.max(least, content.byteLength * 2));
  larger.set(content);
  return larger;
}
