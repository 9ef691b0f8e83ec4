// Counting lines and words of whatever can be read: here a text in memory and the same text in a file. The file is read with
// io_uring, by one future that fills a pipe while another counts what comes out of it.
//
// Prints with io_uring:
//
//     memory: 4 lines, 19 words
//     file: 4 lines, 19 words
//
// Prints without io_uring:
//
//     memory: 4 lines, 19 words
//     file: skipped
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { CurrentThread } from "@pollab/executor-single";
import { UringDriver } from "@pollab/io-uring-native";
import { join } from "@pollab/runtime-core/combinators";
import { asyncFn } from "@pollab/runtime-core/future";
import {
  type AsyncBufRead,
  BufReader,
  Cursor,
  lines,
  simplex,
  type SimplexWriter,
  writeAll,
} from "@pollab/runtime-core/io";

const TEXT = fileURLToPath(new URL("line-counter.txt", import.meta.url));
const MAX_LINE_BYTES = 1000;
const PIPE_BYTES = 4096;

const countLines = asyncFn(function* (reader: AsyncBufRead) {
  const { lineCount, wordCount } = yield* lines(reader, MAX_LINE_BYTES).fold(
    { lineCount: 0, wordCount: 0 },
    (so, line) => ({
      lineCount: so.lineCount + 1,
      wordCount: so.wordCount + line.split(" ").filter((word) => word !== "").length,
    }),
  );
  return `${lineCount} lines, ${wordCount} words`;
});

const readFile = asyncFn(function* ({ fs }: UringDriver, path: string, writer: SimplexWriter) {
  using _end = writer;
  const file = yield* fs.open(path);
  const buf = fs.buffers.take();
  try {
    for (let position = 0; ;) {
      const { n } = yield* file.readAt(buf, position);
      if (n === 0) return;
      yield* writeAll(writer, buf.bytes.subarray(0, n));
      position += n;
    }
  } finally {
    buf.free();
    file.close();
  }
});

const countFile = asyncFn(function* (driver: UringDriver) {
  const [reader, writer] = simplex(PIPE_BYTES);
  const [, counts] = yield* join(readFile(driver, TEXT, writer), countLines(new BufReader(reader)));
  return counts;
});

function createDriver(): UringDriver | undefined {
  try {
    return UringDriver.create();
  } catch (error) {
    console.error(String(error));
    return undefined;
  }
}

const driver = createDriver();
using runtime = new CurrentThread(driver === undefined ? {} : { driver });
console.log(`memory: ${runtime.blockOn(countLines(new Cursor(readFileSync(TEXT))))}`);
console.log(`file: ${driver === undefined ? "skipped" : runtime.blockOn(countFile(driver))}`);
