// The register calls of one ring, counted. See kernel.ts for what they do.
import type { Counters } from "./counters.ts";
import type { Registrations } from "./kernel.ts";

export class Registrar {
  readonly #kernel: Registrations;
  readonly #fd: number;
  readonly #counters: Counters;

  constructor(kernel: Registrations, fd: number, counters: Counters) {
    this.#kernel = kernel;
    this.#fd = fd;
    this.#counters = counters;
  }

  registerBuffers(count: number): number {
    this.#count();
    return this.#kernel.registerBuffers(this.#fd, count);
  }

  updateBuffer(index: number, memory: ArrayBuffer | null): number {
    this.#count();
    return this.#kernel.updateBuffer(this.#fd, index, memory);
  }

  registerFiles(count: number): number {
    this.#count();
    return this.#kernel.registerFiles(this.#fd, count);
  }

  updateFile(index: number, file: number): number {
    this.#count();
    return this.#kernel.updateFile(this.#fd, index, file);
  }

  limitFileChoice(first: number, count: number): number {
    this.#count();
    return this.#kernel.limitFileChoice(this.#fd, first, count);
  }

  openBufferRing(group: number, entries: number, flags: number): ArrayBuffer | number {
    this.#count();
    return this.#kernel.openBufferRing(this.#fd, group, entries, flags);
  }

  closeBufferRing(group: number): number {
    this.#count();
    return this.#kernel.closeBufferRing(this.#fd, group);
  }

  registerNapi(timeoutUs: number): number {
    this.#count();
    return this.#kernel.registerNapi(this.#fd, timeoutUs);
  }

  cancelAll(timeoutNs: number): number {
    this.#count();
    return this.#kernel.cancelAll(this.#fd, timeoutNs);
  }

  #count(): void {
    this.#counters.crossings++;
    this.#counters.systemCalls.io_uring_register++;
  }
}
