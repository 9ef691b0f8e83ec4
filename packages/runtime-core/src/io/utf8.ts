// Text as bytes, in ECMAScript alone. Reading is strict; lone surrogates are written as U+FFFD, as the Encoding Standard has it.
// Where the host has a TextDecoder, long text goes through it: it decodes 10 to 100 times faster.
import { InvalidUtf8Error } from "./errors.ts";

/** The most arguments that are passed to one call: well below what engines allow. */
const CHUNK = 4096;

/** As much of the host's decoder as is used; the core has no types of any host. */
interface HostDecoder {
  decode(bytes: Uint8Array): string;
}

const HostDecoder = (
  globalThis as { TextDecoder?: new (encoding: string, options: { fatal: boolean; ignoreBOM: boolean }) => HostDecoder }
).TextDecoder;

const hostDecoder: HostDecoder | null =
  HostDecoder === undefined ? null : new HostDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Below this, calling the host costs more than it saves. */
const LEAST_FOR_HOST = 24;

/** The text that `bytes` encode; a byte order mark is kept. @throws InvalidUtf8Error */
export function decodeUtf8(bytes: Uint8Array): string {
  if (hostDecoder === null || bytes.length < LEAST_FOR_HOST) return decodeInPlace(bytes);
  try {
    return hostDecoder.decode(bytes);
  } catch {
    // Says where the fault is; and shared memory, which some hosts do not decode, can be decoded here.
    return decodeInPlace(bytes);
  }
}

/** As `decodeUtf8`, without the host. */
export function decodeInPlace(bytes: Uint8Array): string {
  const { length } = bytes;
  let ascii = 0;
  while (ascii < length && bytes[ascii] < 0x80) ascii++;
  // `apply` takes whatever has a length and indices; its type says an array.
  if (ascii === length && length <= CHUNK)
    return String.fromCharCode.apply(null, bytes as ArrayLike<number> as number[]);
  let text = "";
  let units: number[] = [];
  for (let at = 0; at < length;) {
    const lead = bytes[at];
    if (lead < 0x80) {
      units.push(lead);
      at++;
    } else {
      const size = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
      const point = decodeSequence(bytes, at, lead, size);
      if (point > 0xffff) units.push(0xd7c0 + (point >> 10), 0xdc00 | (point & 0x3ff));
      else units.push(point);
      at += size;
    }
    if (units.length >= CHUNK) {
      text += String.fromCharCode.apply(null, units);
      units = [];
    }
  }
  return text + String.fromCharCode.apply(null, units);
}

/** The smallest code point that needs a sequence of this many bytes: anything below it is overlong. */
const LEAST_POINT = [0, 0, 0x80, 0x800, 0x1_0000];

function decodeSequence(bytes: Uint8Array, at: number, lead: number, size: number): number {
  if (lead < 0xc2 || lead > 0xf4 || at + size > bytes.length) throw new InvalidUtf8Error(at);
  let point = lead & (0x7f >> size);
  for (let i = 1; i < size; i++) {
    const byte = bytes[at + i];
    if ((byte & 0xc0) !== 0x80) throw new InvalidUtf8Error(at);
    point = (point << 6) | (byte & 0x3f);
  }
  const surrogate = point >= 0xd800 && point <= 0xdfff;
  if (point < LEAST_POINT[size] || point > 0x10_ffff || surrogate) throw new InvalidUtf8Error(at);
  return point;
}

/** The UTF-8 encoding of `text`. */
export function encodeUtf8(text: string): Uint8Array {
  // Three bytes a UTF-16 unit are always enough.
  const bytes = new Uint8Array(text.length * 3);
  return bytes.slice(0, encodeUtf8Into(text, bytes));
}

/** Encodes `text` into the beginning of `target`, which has three bytes for each of its units; returns the number of bytes. */
export function encodeUtf8Into(text: string, target: Uint8Array): number {
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    let point = text.charCodeAt(i);
    if (point < 0x80) {
      target[at++] = point;
      continue;
    }
    if (point < 0x800) {
      target[at++] = 0xc0 | (point >> 6);
      target[at++] = 0x80 | (point & 0x3f);
      continue;
    }
    if (point >= 0xd800 && point <= 0xdfff) {
      const whole = text.codePointAt(i) as number;
      if (whole > 0xffff && point < 0xdc00) {
        i++;
        target[at++] = 0xf0 | (whole >> 18);
        target[at++] = 0x80 | ((whole >> 12) & 0x3f);
        target[at++] = 0x80 | ((whole >> 6) & 0x3f);
        target[at++] = 0x80 | (whole & 0x3f);
        continue;
      }
      point = 0xfffd;
    }
    target[at++] = 0xe0 | (point >> 12);
    target[at++] = 0x80 | ((point >> 6) & 0x3f);
    target[at++] = 0x80 | (point & 0x3f);
  }
  return at;
}
