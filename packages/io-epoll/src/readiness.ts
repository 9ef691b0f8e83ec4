// Readiness as epoll(7) reports it and as a registration remembers it. The flags are the same on every machine.

const EPOLLIN = 0x001;
const EPOLLPRI = 0x002;
const EPOLLOUT = 0x004;
const EPOLLERR = 0x008;
const EPOLLHUP = 0x010;
const EPOLLRDHUP = 0x2000;
const EPOLLET = 0x8000_0000;

/** Everything about a socket, reported once per change. */
export const SOCKET_INTEREST: number = EPOLLIN + EPOLLOUT + EPOLLRDHUP + EPOLLET;
/** Something to read, reported once per change. */
export const READ_INTEREST: number = EPOLLIN + EPOLLRDHUP + EPOLLET;

/** Reading may succeed. Cleared when it would have waited. */
export const READABLE = 1;
/** Writing may succeed. Cleared when it would have waited. */
export const WRITABLE = 2;
/** There is an end to read: no later event would announce it, so a short read must not clear it. */
export const READ_ENDED = 4;

const ANY_READ = EPOLLIN | EPOLLPRI | EPOLLRDHUP | EPOLLHUP | EPOLLERR;
const ANY_WRITE = EPOLLOUT | EPOLLHUP | EPOLLERR;
const ANY_READ_END = EPOLLRDHUP | EPOLLHUP;

/** What an event's flags say, as the bits above. An error is readiness for both: the next call reports it. */
export function readinessOf(flags: number): number {
  let ready = 0;
  if ((flags & ANY_READ) !== 0) ready |= READABLE;
  if ((flags & ANY_READ_END) !== 0) ready |= READ_ENDED;
  if ((flags & ANY_WRITE) !== 0) ready |= WRITABLE;
  return ready;
}
