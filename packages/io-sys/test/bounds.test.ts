// What the native side refuses before it touches anything, of the calls that take more than one range, address or descriptor.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  BufferPool,
  changeGroup,
  closeFd,
  createPipe,
  DatagramSource,
  decodeAddress,
  duplicateFd,
  encodeAddress,
  ERRNO,
  getLinger,
  getSocketOption,
  type IoBuffer,
  openSocketPair,
  openUnixSocket,
  peerCredentials,
  readFileSlab,
  readFileSlabs,
  readFileView,
  readSlabs,
  receiveFrom,
  reopenFd,
  sendFile,
  sendTo,
  setLinger,
  setNonblocking,
  setSocketOption,
  SlabRanges,
  SOCKET_OPTION,
  SOCKET_TYPE,
  splice,
  unwatchSignal,
  watchSignal,
  writeFileSlab,
  writeFileSlabs,
  writeFileView,
  writeFileViews,
  writeSlabs,
  writeViews,
} from "../src/index.ts";

const EFAULT = -14;
const EINVAL = -ERRNO.EINVAL;
const EBADF = -ERRNO.EBADF;

let a: number;
let b: number;
let pool: BufferPool;
let buf: IoBuffer;

beforeEach(() => {
  [a, b] = openSocketPair(SOCKET_TYPE.stream, true);
  pool = new BufferPool({ bufferBytes: 16, slabBytes: 4096 });
  buf = pool.take();
});
afterEach(() => {
  closeFd(a);
  closeFd(b);
  pool.close();
});

/** Anything where a number, a view or a list is expected. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the type that the call expects
function wrong<T>(value: unknown): T {
  return value as T;
}

describe("ranges", () => {
  const transfers = { readSlabs, writeSlabs, readFileSlabs, writeFileSlabs };

  test.each(Object.entries(transfers))(
    "outside of their slab are refused by %s, also behind good ones",
    (_, transfer) => {
      const bad: [number, number, number][] = [
        [buf.slab, 4096, 1],
        [buf.slab, 0, 4097],
        [buf.slab, 4294967295, 2],
        [buf.slab + 1000, 0, 1],
      ];
      for (const range of bad) {
        const ranges = new SlabRanges();
        ranges.push(buf, 0, 4);
        ranges.push(buf, 0, 0);
        ranges.words.set(range, 3);
        expect(transfer(a, ranges)).toBe(EFAULT);
      }
    },
  );

  test.each(Object.entries(transfers))("more than the list has are refused by %s", (_, transfer) => {
    expect(transfer(a, wrong({ words: new Uint32Array(5), count: 2 }))).toBe(EFAULT);
    expect(transfer(a, wrong({ words: new Int32Array(6), count: 2 }))).toBe(EFAULT);
    expect(transfer(a, wrong({ words: [0, 0, 0], count: 1 }))).toBe(EFAULT);
    for (const count of [-1, 0.5, 2 ** 32, "1"]) {
      expect(transfer(a, wrong({ words: new Uint32Array(6), count }))).toBe(EINVAL);
    }
    expect(transfer(wrong("a"), new SlabRanges())).toBe(EINVAL);
  });

  test("are kept in order, however many there are", () => {
    const ranges = new SlabRanges();
    for (let at = 0; at < 20; at++) ranges.push(buf, at % 8, 8);
    expect(ranges.count).toBe(20);
    expect([...ranges.words.subarray(57, 60)]).toEqual([buf.slab, buf.offsetBytes + 3, 5]);
    const bytes = Array.from({ length: 20 }, (_, at) => 8 - (at % 8)).reduce((sum, length) => sum + length);
    expect(writeSlabs(a, ranges)).toBe(bytes);
    expect(readSlabs(b, ranges)).toBe(bytes);
    ranges.clear();
    expect(ranges.count).toBe(0);
  });

  test("of one call are at most 1024: the others are left for the next", () => {
    const ranges = new SlabRanges();
    for (let at = 0; at < 1100; at++) ranges.push(buf, 0, 1);
    expect(writeFileSlabs(a, ranges)).toBe(1024);
    expect(
      writeViews(
        a,
        Array.from({ length: 1100 }, () => new Uint8Array(1)),
      ),
    ).toBe(1024);
  });

  test("of a descriptor that is no socket are those of one file", () => {
    const [from, to] = createPipe(true);
    buf.bytes.set([1, 2, 3]);
    expect(writeFileSlab(to, buf.slab, buf.offsetBytes, 3)).toBe(3);
    expect(readFileSlab(from, buf.slab, buf.offsetBytes + 4, 3)).toBe(3);
    expect([...buf.bytes.subarray(4, 7)]).toEqual([1, 2, 3]);
    expect(readFileSlab(from, buf.slab, 4096, 1)).toBe(EFAULT);
    expect(readFileView(from, wrong([]))).toBe(EFAULT);
    expect(writeFileView(wrong(1.5), new Uint8Array(1))).toBe(EINVAL);
    closeFd(from);
    closeFd(to);
  });
});

describe("views", () => {
  test.each(Object.entries({ writeViews, writeFileViews }))("that are none are refused by %s", (_, write) => {
    expect(write(a, wrong([new Uint8Array(1), new Uint16Array(1)]))).toBe(EFAULT);
    expect(write(a, wrong([null]))).toBe(EFAULT);
    expect(write(a, wrong(7))).toBe(EFAULT);
    expect(write(wrong(-1), [])).toBe(EINVAL);
  });
});

describe("datagrams", () => {
  test("need a range, and room for where they came from", () => {
    const [from, to] = openSocketPair(SOCKET_TYPE.datagram, true);
    const source = new DatagramSource();
    expect(receiveFrom(from, buf.slab, 4096, 1, source)).toBe(EFAULT);
    expect(receiveFrom(from, buf.slab, 0, 1, wrong({ bytes: new Uint8Array(100) }))).toBe(EFAULT);
    expect(receiveFrom(wrong(null), buf.slab, 0, 1, source)).toBe(EINVAL);
    expect(sendTo(to, buf.slab, 0, 4097, new Uint8Array(0))).toBe(EFAULT);
    expect(sendTo(to, buf.slab, 0, 1, wrong("address"))).toBe(EFAULT);
    expect(sendTo(to, buf.slab, 0, 1, new Uint8Array(129))).toBe(EINVAL);
    expect(source.address.length).toBe(0);
    closeFd(from);
    closeFd(to);
  });
});

describe("addresses", () => {
  test.each(["127.0.0.1", "::1", "2001:db8::7"])("of %s are decoded as they were encoded", (host) => {
    expect(decodeAddress(encodeAddress({ host, port: 4711 }))).toEqual({ host, port: 4711 });
  });

  test("that are none are refused", () => {
    const refused = (code: string): unknown => expect.objectContaining({ code, syscall: "getnameinfo" });
    expect(() => decodeAddress(new Uint8Array(0))).toThrow(refused("EAFNOSUPPORT"));
    expect(() => decodeAddress(Uint8Array.of(2, 0, 1))).toThrow(refused("EAFNOSUPPORT"));
    expect(() => decodeAddress(new Uint8Array(200))).toThrow(refused("EINVAL"));
  });
});

describe("options", () => {
  test("and who is at the other end need a descriptor and numbers", () => {
    const option = SOCKET_OPTION.keepAlive;
    expect(setSocketOption(wrong("a"), option, 1)).toBe(EINVAL);
    expect(setSocketOption(a, option, 2 ** 31)).toBe(EINVAL);
    expect(getSocketOption(a, wrong({ level: 0.5, name: 1 }))).toBe(EINVAL);
    expect(getSocketOption(0x7fff_ffff, option)).toBe(EBADF);
    expect(setLinger(a, 2 ** 40)).toBe(EINVAL);
    expect(getLinger(wrong({}))).toBe(EINVAL);
    expect(changeGroup(a, wrong(1), 0, true)).toBe(EFAULT);
    expect(changeGroup(a, new Uint8Array(16), -1, true)).toBe(EINVAL);
    expect(changeGroup(a, new Uint8Array(200), 0, true)).toBe(EINVAL);
    expect(() => peerCredentials(wrong("a"))).toThrow(expect.objectContaining({ code: "EINVAL" }));
  });
});

describe("descriptors", () => {
  test("and lengths that are none are refused", () => {
    expect(sendFile(a, b, -1, 1)).toBe(EINVAL);
    expect(sendFile(a, b, 2 ** 53, 1)).toBe(EINVAL);
    expect(sendFile(a, b, 0.5, 1)).toBe(EINVAL);
    expect(sendFile(a, b, 0, -1)).toBe(EINVAL);
    expect(splice(a, wrong("b"), 1)).toBe(EINVAL);
    expect(splice(a, b, 2 ** 32)).toBe(EINVAL);
    expect(reopenFd(a, wrong("yes"))).toBe(EINVAL);
    expect(() => setNonblocking(0x7fff_ffff, true)).toThrow(
      expect.objectContaining({ code: "EBADF", syscall: "fcntl" }),
    );
    expect(() => duplicateFd(0x7fff_ffff)).toThrow(expect.objectContaining({ code: "EBADF", syscall: "fcntl" }));
    expect(() => createPipe(wrong(1))).toThrow(expect.objectContaining({ code: "EINVAL", syscall: "pipe2" }));
    expect(() => openUnixSocket(wrong(3), true)).toThrow(expect.objectContaining({ code: "ESOCKTNOSUPPORT" }));
  });

  test("that are told of signals have to be told of one that can be", () => {
    expect(() => watchSignal(wrong("SIGKILL"), a)).toThrow(expect.objectContaining({ code: "EINVAL" }));
    expect(() => watchSignal("SIGUSR2", wrong("a"))).toThrow(expect.objectContaining({ code: "EINVAL" }));
    expect(() => unwatchSignal("SIGUSR2", a)).toThrow(expect.objectContaining({ code: "ENOENT" }));
  });
});
