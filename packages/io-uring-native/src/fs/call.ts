// The future of one operation on paths or on a whole file: opening, removing, asking, cutting off. Where the kernel lacks the
// operation, the same is done in place: by a system call that the thread waits for.
import { ERRNO, systemError, type SystemErrorSubject } from "@pollab/io-sys";
import type { Context, Poll } from "@pollab/runtime-core/future";
import type { BufferSource } from "@pollab/runtime-core/io";
import type { Descriptor } from "../descriptor.ts";
import type { FileFeature, FileFeatures } from "./file-features.ts";
import type { Operation, RingBuffer } from "../operation.ts";
import { OperationFuture } from "../operation-future.ts";
import type { Operations } from "../operations.ts";
import { CallMemory } from "./path.ts";

/** What calls of a driver have in common. */
export interface CallSite {
  readonly operations: Operations;
  readonly features: FileFeatures;
  /** Memory for what the kernel reads besides payloads, in buffers of PATH_MAX bytes. */
  readonly argumentBuffers: BufferSource<RingBuffer>;
}

/** One call. */
export interface FileCall<T> {
  /** As errors name it. */
  readonly syscall: string;
  /** What errors are about. */
  readonly subject: SystemErrorSubject;
  readonly opcode: number;
  /** The open file that it is about, if any. */
  readonly descriptor?: Descriptor;
  readonly paths?: readonly string[];
  /** Whether the kernel writes an answer besides the result. */
  readonly answers?: boolean;
  /** Whether the result is a descriptor, to be closed if nobody fetches it. */
  readonly opens?: boolean;
  /** Completes the entry. */
  fill(operation: Operation, memory: CallMemory): void;
  /** What the result means; at least 0. @param memory with the answer, if there is one */
  result(result: number, memory: CallMemory): T;
  /** Where the kernel may lack the operation: the same by a system call, with Node's errors. */
  readonly fallback?: { readonly feature: FileFeature; readonly inPlace: () => T };
}

export class FileCallFuture<T> extends OperationFuture<T> {
  readonly #site: CallSite;
  readonly #call: FileCall<T>;
  #memory: CallMemory | null = null;

  constructor(site: CallSite, call: FileCall<T>) {
    super(site.operations, call.syscall);
    this.#site = site;
    this.#call = call;
  }

  protected override submit(cx: Context): Poll<T> {
    const { operations, features, argumentBuffers } = this.#site;
    const call = this.#call;
    operations.assertOpen();
    const { opcode, fallback, syscall, subject, descriptor = null, paths = [], answers = false } = call;
    descriptor?.assertOpen(syscall);
    if (fallback !== undefined && !features.offers(fallback.feature)) return fallback.inPlace();
    const memory = new CallMemory(argumentBuffers, paths, answers, syscall, subject);
    memory.lend();
    const operation = operations.prepare(opcode, descriptor);
    operation.buffer = memory;
    if (call.opens === true) {
      operation.heir = operations.descriptorHeir;
      operation.makeDescriptor();
    }
    call.fill(operation, memory);
    this.#memory = memory;
    return this.enqueue(operation, cx);
  }

  protected override complete(cx: Context, operation: Operation): Poll<T> {
    const { syscall, subject, fallback, descriptor } = this.#call;
    const result = this.operations.take(operation);
    if (result >= 0) {
      if (fallback !== undefined) this.#site.features.works(fallback.feature);
      return this.#resultOf(result);
    }
    this.#release();
    if (result === -ERRNO.EINTR) return this.submit(cx);
    if (fallback === undefined || !this.#site.features.mayLack(fallback.feature, result)) {
      throw systemError(result, syscall, subject);
    }
    // Closed meanwhile, its number may be another file's by now.
    descriptor?.assertOpen(syscall);
    // The kernel may lack the operation, or mean the arguments: that the call succeeds says which.
    const value = fallback.inPlace();
    this.#site.features.refuse(fallback.feature, result);
    return value;
  }

  #resultOf(result: number): T {
    const memory = this.#memory;
    if (memory === null) throw new Error("an operation ended that had not begun");
    try {
      return this.#call.result(result, memory);
    } finally {
      this.#release();
    }
  }

  #release(): void {
    this.#memory?.free();
    this.#memory = null;
  }
}
