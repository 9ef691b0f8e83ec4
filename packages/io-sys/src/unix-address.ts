// The addresses of Unix sockets, between a path and a C sockaddr. A path that begins with a NUL byte names an abstract socket, which
// has no file and whose name is all of the rest, NUL bytes included; the empty path is that of a socket without a name. See unix(7).

/** AF_UNIX, the first two bytes of the address in the machine's order. */
const FAMILY = 1;
const FAMILY_BYTES = 2;

/** sizeof(sockaddr_un.sun_path). */
const MAX_PATH_BYTES = 108;

/**
 * The `struct sockaddr_un` of a path, as connect(2) and bind(2) take it.
 *
 * @throws RangeError when the path is too long: 107 bytes, 108 with the first byte for an abstract name
 * @throws TypeError when a file's path has a NUL byte
 */
export function encodeUnixAddress(path: string): Uint8Array<ArrayBuffer> {
  const bytes = new TextEncoder().encode(path);
  const abstract = bytes[0] === 0;
  if (!abstract && bytes.includes(0))
    throw new TypeError("expected a path without NUL bytes, or with one at its beginning");
  // A path ends with a NUL byte, an abstract name with the address.
  const length = bytes.length + (abstract || bytes.length === 0 ? 0 : 1);
  if (length > MAX_PATH_BYTES) {
    throw new RangeError(`expected a path of at most ${MAX_PATH_BYTES - 1} bytes, got ${bytes.length}: ${path}`);
  }
  const encoded = new Uint8Array(FAMILY_BYTES + length);
  new Uint16Array(encoded.buffer, 0, 1)[0] = FAMILY;
  encoded.set(bytes, FAMILY_BYTES);
  return encoded;
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The path of a `struct sockaddr_un`. Bytes that are not UTF-8 become U+FFFD. */
export function decodeUnixAddress(encoded: Uint8Array): string {
  const name = encoded.subarray(FAMILY_BYTES);
  if (name.length === 0 || name[0] === 0) return decoder.decode(name);
  const end = name.indexOf(0);
  return decoder.decode(end < 0 ? name : name.subarray(0, end));
}
