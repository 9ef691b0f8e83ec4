// Bytes that several threads work on in place. Who does so when is up to the tasks: whoever hands the buffer on leaves it alone.
import { OwnedHandle } from "./owned.ts";
import type { Member } from "../runtime/member.ts";
import { BUFFER_KIND } from "../memory/thing.ts";

/** A buffer's words: its length in bytes, one to keep what follows aligned, and its bytes. */
const HEADER_WORDS = 2;

/** Makes a buffer of bytes that are all 0. The caller owns it. @throws RangeError, HeapFullError */
export function makeBuffer(member: Member, byteLength: number): SharedBuffer {
  if (!Number.isInteger(byteLength) || byteLength < 0) {
    throw new RangeError(`buffer: expected a number of bytes, got ${byteLength}`);
  }
  const at = member.makeShared(BUFFER_KIND, HEADER_WORDS + Math.ceil(byteLength / 4));
  member.words[at] = byteLength;
  const buffer = new SharedBuffer(member, at, true);
  member.own(buffer);
  return buffer;
}

/** Shared bytes. They exist until everybody who has the buffer has given it up. */
export class SharedBuffer extends OwnedHandle {
  /** The bytes themselves, aligned to 8. Not to be used any more once this thread has given the buffer up. */
  get bytes(): Uint8Array<SharedArrayBuffer> {
    return new Uint8Array(this.member.memory.bytes.buffer, (this.at + HEADER_WORDS) * 4, this.member.words[this.at]);
  }

  protected override drop(): void {
    this.member.disown(this.at);
  }
}
