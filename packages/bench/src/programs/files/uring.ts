// Files on this project's runtime over io_uring.
import { CurrentThread } from "@pollab/executor-single";
import { UringDriver } from "@pollab/io-uring-native";
import type { FileReader, FileTask } from "./contender.ts";
import { readerOn } from "./on-runtime.ts";

/** As it comes. */
export function uringReader(task: FileTask): FileReader {
  return uring(task, false);
}

/** With memory that the ring knows beforehand. */
export function registeredUringReader(task: FileTask): FileReader {
  return uring(task, true);
}

function uring(task: FileTask, registerBuffers: boolean): FileReader {
  const driver = UringDriver.create({ bufferBytes: task.readBytes, registerBuffers });
  const reader = readerOn(new CurrentThread({ driver }), driver.fs, task);
  return {
    ...reader,
    async run(operations) {
      await reader.run(operations);
      const refused = driver.counters.fallbacks["registered buffers"];
      if (refused !== undefined) throw new Error(`the ring refuses to know buffers beforehand: ${refused.code}`);
    },
    syscalls: () => Object.values(driver.counters.systemCalls).reduce((sum, count) => sum + count, 0),
  };
}
