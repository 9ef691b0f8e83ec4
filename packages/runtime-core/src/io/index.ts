// Reading and writing, as programs see it on any driver.
export type { BufferSource, OwnedBuffer, Transfer } from "./buffer.ts";
export type { File, FileSystem } from "./file.ts";
export type { ListenOptions, Net, SocketAddress, TcpListener, TcpStream } from "./net.ts";
