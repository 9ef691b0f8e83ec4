// The system calls that move bytes: one set for sockets, which can be told not to raise SIGPIPE, and one for everything else.
import type { SlabRanges } from "@pollab/io-sys";
import type { System } from "../system/system.ts";

/** Each returns the number of bytes moved, 0 at the end of what is read, or a negated errno. */
export interface Transport {
  read(fd: number, slab: number, offsetBytes: number, lengthBytes: number): number;
  write(fd: number, slab: number, offsetBytes: number, lengthBytes: number): number;
  readView(fd: number, view: Uint8Array): number;
  writeView(fd: number, view: Uint8Array): number;
  readRanges(fd: number, ranges: SlabRanges): number;
  writeRanges(fd: number, ranges: SlabRanges): number;
  writeViews(fd: number, views: readonly Uint8Array[]): number;
}

export class SocketTransport implements Transport {
  private readonly system: System;

  constructor(system: System) {
    this.system = system;
  }

  read(fd: number, slab: number, offsetBytes: number, lengthBytes: number): number {
    return this.system.recv(fd, slab, offsetBytes, lengthBytes);
  }

  write(fd: number, slab: number, offsetBytes: number, lengthBytes: number): number {
    return this.system.send(fd, slab, offsetBytes, lengthBytes);
  }

  readView(fd: number, view: Uint8Array): number {
    return this.system.recvView(fd, view);
  }

  writeView(fd: number, view: Uint8Array): number {
    return this.system.sendView(fd, view);
  }

  readRanges(fd: number, ranges: SlabRanges): number {
    return this.system.recvRanges(fd, ranges);
  }

  writeRanges(fd: number, ranges: SlabRanges): number {
    return this.system.sendRanges(fd, ranges);
  }

  writeViews(fd: number, views: readonly Uint8Array[]): number {
    return this.system.sendViews(fd, views);
  }
}

export class FileTransport implements Transport {
  private readonly system: System;

  constructor(system: System) {
    this.system = system;
  }

  read(fd: number, slab: number, offsetBytes: number, lengthBytes: number): number {
    return this.system.read(fd, slab, offsetBytes, lengthBytes);
  }

  write(fd: number, slab: number, offsetBytes: number, lengthBytes: number): number {
    return this.system.write(fd, slab, offsetBytes, lengthBytes);
  }

  readView(fd: number, view: Uint8Array): number {
    return this.system.readView(fd, view);
  }

  writeView(fd: number, view: Uint8Array): number {
    return this.system.writeView(fd, view);
  }

  readRanges(fd: number, ranges: SlabRanges): number {
    return this.system.readRanges(fd, ranges);
  }

  writeRanges(fd: number, ranges: SlabRanges): number {
    return this.system.writeRanges(fd, ranges);
  }

  writeViews(fd: number, views: readonly Uint8Array[]): number {
    return this.system.writeViews(fd, views);
  }
}
