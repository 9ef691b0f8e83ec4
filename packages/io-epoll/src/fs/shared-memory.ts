// Memory that the blocking threads read into and write from. It is used again, but never while a thread may still have it.

/** How many pieces are kept. */
const MAX_IDLE = 64;

export class SharedMemory {
  private readonly pieceBytes: number;
  private readonly idle: SharedArrayBuffer[] = [];

  /** @param pieceBytes the size of the pieces that are kept */
  constructor(pieceBytes: number) {
    this.pieceBytes = pieceBytes;
  }

  /** At least so many bytes, with arbitrary contents. */
  take(lengthBytes: number): SharedArrayBuffer {
    if (lengthBytes > this.pieceBytes) return new SharedArrayBuffer(lengthBytes);
    return this.idle.pop() ?? new SharedArrayBuffer(this.pieceBytes);
  }

  /** No thread has it any more. */
  giveBack(piece: SharedArrayBuffer): void {
    if (piece.byteLength === this.pieceBytes && this.idle.length < MAX_IDLE) this.idle.push(piece);
  }
}
