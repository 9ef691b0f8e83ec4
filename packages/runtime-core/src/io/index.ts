// Reading and writing: bytes in borrowed memory and what is made of them, and files and connections in the owned form as programs
// see them on any driver.
export type { AsyncBufRead, AsyncRead } from "./async-read.ts";
export type { AsyncSeek, Whence } from "./async-seek.ts";
export type { AsyncWrite } from "./async-write.ts";
export { BufReader } from "./buf-reader.ts";
export { BufStream } from "./buf-stream.ts";
export { BufWriter } from "./buf-writer.ts";
export type { BufferSource, OwnedBuffer, Transfer } from "./buffer.ts";
export { ByteBuffer } from "./byte-buffer.ts";
export type { BufferSlice, ByteStream, VectoredTransfer } from "./byte-stream.ts";
export { chain } from "./chain.ts";
export { BytesCodec } from "./codec/bytes-codec.ts";
export { type Decoder, type Encoder, Incomplete } from "./codec/codec.ts";
export { Framed } from "./codec/framed.ts";
export { FramedRead } from "./codec/framed-read.ts";
export { FramedWrite, type FramedWriteOptions } from "./codec/framed-write.ts";
export {
  FrameTooLongError,
  FrameTooShortError,
  LengthDelimitedCodec,
  type LengthDelimitedOptions,
} from "./codec/length-delimited-codec.ts";
export { LinesCodec, type LinesCodecOptions } from "./codec/lines-codec.ts";
export type { Sink } from "./codec/sink.ts";
export { copy } from "./copy.ts";
export { type CopiedBothWays, copyBidirectional } from "./copy-bidirectional.ts";
export { copyBuf } from "./copy-buf.ts";
export { Cursor } from "./cursor.ts";
export { duplex, type DuplexStream, simplex, type SimplexReader, type SimplexWriter } from "./duplex.ts";
export { empty, repeat, sink } from "./empty.ts";
export { BrokenPipeError, InvalidUtf8Error, LimitExceededError, UnexpectedEndError, WriteZeroError } from "./errors.ts";
export type {
  File,
  FileContent,
  FileSystem,
  FileTransferOptions,
  MkdirOptions,
  RmOptions,
  WriteFileOptions,
} from "./file.ts";
export { BigIntFileStats, FileStats, type RawFileStats } from "./file-stats.ts";
export { fillBuf } from "./fill-buf.ts";
export { flush, shutdown } from "./flush.ts";
export { lines } from "./lines.ts";
export type { ListenOptions, Net, SocketAddress, TcpListener, TcpStream } from "./net.ts";
export { read, readExact } from "./read.ts";
export { readToEnd, readToString } from "./read-to-end.ts";
export { readUntil } from "./read-until.ts";
export { seek } from "./seek.ts";
export { seekRelative } from "./seek-relative.ts";
export { ReadHalf, ReuniteError, split, WriteHalf } from "./split.ts";
export { type BufTake, take, type Take } from "./take.ts";
export { tcpIo, type TcpIo } from "./tcp-io.ts";
export type { Datagram, UdpNet, UdpSocket } from "./udp.ts";
export type { UnixDatagram, UnixListener, UnixListenOptions, UnixNet } from "./unix.ts";
export { decodeUtf8, encodeUtf8 } from "./utf8.ts";
export { write, writeAll, writeVectored } from "./write.ts";
