// The transfers between a descriptor and a range of a slab, which are what a readiness driver does all day. Their arguments and their
// result go through memory that the addon looks at: converting them one by one takes longer than the call itself.
import { native } from "./native.ts";

/** Four doubles for the arguments, in their order, and one for the result. See slab_call in native/binding.h. */
let slabCall: Float64Array | undefined;
const RESULT = 4;

/** recv(2) into a range of a slab: the bytes read, 0 at the end, or a negated errno; -EFAULT outside of the slab. */
export function readSlab(fd: number, slab: number, offsetBytes: number, lengthBytes: number): number {
  const call = callWith(fd, slab, offsetBytes, lengthBytes);
  native().readSlab();
  return call[RESULT] ?? 0;
}

/** send(2) from a range of a slab: the bytes written, or a negated errno; -EFAULT outside of the slab. */
export function writeSlab(fd: number, slab: number, offsetBytes: number, lengthBytes: number): number {
  const call = callWith(fd, slab, offsetBytes, lengthBytes);
  native().writeSlab();
  return call[RESULT] ?? 0;
}

/** read(2) into a range of a slab: the bytes read, 0 at the end, or a negated errno; -EFAULT outside of the slab. */
export function readFileSlab(fd: number, slab: number, offsetBytes: number, lengthBytes: number): number {
  const call = callWith(fd, slab, offsetBytes, lengthBytes);
  native().readFileSlab();
  return call[RESULT] ?? 0;
}

/** write(2) from a range of a slab: the bytes written, or a negated errno; -EFAULT outside of the slab. */
export function writeFileSlab(fd: number, slab: number, offsetBytes: number, lengthBytes: number): number {
  const call = callWith(fd, slab, offsetBytes, lengthBytes);
  native().writeFileSlab();
  return call[RESULT] ?? 0;
}

function callWith(fd: number, slab: number, offsetBytes: number, lengthBytes: number): Float64Array {
  const call = (slabCall ??= new Float64Array(native().slabCall));
  call[0] = fd;
  call[1] = slab;
  call[2] = offsetBytes;
  call[3] = lengthBytes;
  return call;
}
