// A submission entry as the fake kernel knows it while it works on it.
import {
  ACCEPT_MULTISHOT,
  OP_ACCEPT,
  OP_ASYNC_CANCEL,
  OP_CLOSE,
  OP_FSYNC,
  OP_LINK_TIMEOUT,
  OP_MSG_RING,
  OP_NOP,
  OP_POLL_ADD,
  OP_RECV,
  OP_RECVMSG,
  OP_SENDMSG,
  OP_TIMEOUT,
  POLL_ADD_MULTI,
  RECV_MULTISHOT,
  SQE_BUFFER_SELECT,
  SQE_IO_HARDLINK,
  SQE_IO_LINK,
} from "../../src/abi.ts";
import type { FakeMemory, KernelUse } from "./fake-memory.ts";

export interface Request {
  readonly opcode: number;
  readonly entryFlags: number;
  readonly priority: number;
  readonly fd: number;
  readonly position: number;
  /** The user data of a cancel's target. */
  readonly targetLow: number;
  readonly targetHigh: number;
  readonly slot: number;
  readonly generation: number;
  readonly length: number;
  readonly group: number;
  /** What it works with: of a message, the header and then the parts. */
  uses: KernelUse[];
  cancelled: boolean;
  /** A zero-copy send that is done but for its notification. */
  sent: boolean;
  /** What is linked behind it. */
  chain: Request[];
  /** Of a timeout: what it limits. */
  limits: Request | null;
  /** The timeout that limits it. */
  limit: Request | null;
  /** The entry whose flags say how the chain goes on: its own, or its timeout's. */
  last: Request | null;
}

const WITHOUT_MEMORY: ReadonlySet<number> = new Set([
  OP_ACCEPT,
  OP_ASYNC_CANCEL,
  OP_POLL_ADD,
  OP_CLOSE,
  OP_FSYNC,
  OP_MSG_RING,
  OP_NOP,
]);

/** sizeof(struct __kernel_timespec). */
const TIMESPEC_BYTES = 16;

/** Operations whose length counts times, not bytes. */
const TIMES: ReadonlySet<number> = new Set([OP_TIMEOUT, OP_LINK_TIMEOUT]);

const HEADER_BYTES = 56;

export function isMultishot({ opcode, priority, length }: Request): boolean {
  if (opcode === OP_ACCEPT) return (priority & ACCEPT_MULTISHOT) !== 0;
  if (opcode === OP_POLL_ADD) return (length & POLL_ADD_MULTI) !== 0;
  return (opcode === OP_RECV || opcode === OP_RECVMSG) && (priority & RECV_MULTISHOT) !== 0;
}

export function isLinked({ entryFlags }: Request): boolean {
  return (entryFlags & (SQE_IO_LINK | SQE_IO_HARDLINK)) !== 0;
}

export function selectsBuffer({ entryFlags }: Request): boolean {
  return (entryFlags & SQE_BUFFER_SELECT) !== 0;
}

/** The entry that begins at word `at`. @param violations where it is said what is wrong with it */
export function readRequest(
  sqes: Int32Array,
  at: number,
  memories: readonly FakeMemory[],
  violations: string[],
): Request {
  const word = (offset: number): number => sqes[at + offset] ?? 0;
  const head = word(0);
  const opcode = head & 0xff;
  const request: Request = {
    opcode,
    entryFlags: (head >>> 8) & 0xff,
    priority: head >>> 16,
    fd: word(1),
    position: wide(word(2), word(3)),
    targetLow: word(4),
    targetHigh: word(5),
    slot: word(8),
    generation: word(9),
    length: word(6),
    group: word(10) & 0xffff,
    uses: [],
    cancelled: false,
    sent: false,
    chain: [],
    limits: null,
    limit: null,
    last: null,
  };
  if (WITHOUT_MEMORY.has(opcode) || selectsBuffer(request)) return request;
  const use = (address: number, length: number): KernelUse | null => {
    for (const memory of memories) {
      const offset = memory.offsetOf(address);
      if (offset !== undefined) return memory.kernelBegins(offset, length);
    }
    violations.push(`the kernel was given memory outside of any buffer, for operation ${opcode}`);
    return null;
  };
  const address = wide(word(4), word(5));
  if (opcode === OP_SENDMSG || opcode === OP_RECVMSG) request.uses = messageUses(use, address);
  else request.uses = [use(address, TIMES.has(opcode) ? TIMESPEC_BYTES : request.length)].filter(isThere);
  return request;
}

/** The header of a message, and the parts that its vectors point at. */
function messageUses(use: (address: number, length: number) => KernelUse | null, address: number): KernelUse[] {
  const header = use(address, HEADER_BYTES);
  if (header === null) return [];
  const { buffer, byteOffset } = header.memory.bytes;
  const view = new DataView(buffer, byteOffset);
  const word = (at: number): number => view.getUint32(at, true);
  const count = word(header.offset + 24);
  const vectors = header.memory.offsetOf(word(header.offset + 16) + word(header.offset + 20) * 0x1_0000_0000) ?? 0;
  const uses = [header];
  for (let i = 0; i < count; i++) {
    const at = vectors + i * 16;
    const part = use(word(at) + word(at + 4) * 0x1_0000_0000, word(at + 8));
    if (part !== null) uses.push(part);
  }
  return uses;
}

function wide(low: number, high: number): number {
  return (low >>> 0) + high * 0x1_0000_0000;
}

function isThere(use: KernelUse | null): use is KernelUse {
  return use !== null;
}
