// Files on this project's runtime over io_uring.
import { CurrentThread } from "@pollab/executor-single";
import { UringDriver, type UringDriverOptions } from "@pollab/io-uring-native";
import type { FileReader, FileTask } from "./contender.ts";
import { readerOn } from "./on-runtime.ts";

/** As it comes. */
export function uringReader(task: FileTask): FileReader {
  return uring(task, {});
}

/** With memory that the ring knows beforehand. */
export function registeredUringReader(task: FileTask): FileReader {
  return uring(task, { registerBuffers: true });
}

/** With the file and the memory that the ring knows beforehand, as its equal in C has it. */
export function allRegisteredUringReader(task: FileTask): FileReader {
  return uring(task, { registerBuffers: true, registerFiles: 1 });
}

/** With what is in memory read in place, and the ring for the rest. */
export function inlineUringReader(task: FileTask): FileReader {
  return uring(task, { cachedReads: "inline" });
}

function uring(task: FileTask, options: UringDriverOptions): FileReader {
  const driver = UringDriver.create({ bufferBytes: task.readBytes, ...options });
  const reader = readerOn(new CurrentThread({ driver }), driver.fs, task);
  return {
    ...reader,
    async run(operations) {
      await reader.run(operations);
      for (const feature of ["registered buffers", "registered files", "cached reads"]) {
        const refused = driver.counters.fallbacks[feature];
        if (refused !== undefined)
          throw new Error(`${feature} are what this measures, and the kernel refuses them: ${refused.code}`);
      }
    },
    syscalls: () => Object.values(driver.counters.systemCalls).reduce((sum, count) => sum + count, 0),
  };
}
