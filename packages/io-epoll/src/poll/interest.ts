// What a descriptor is registered for, and what an event says of it, between names and the bits of epoll(7), which are the same on
// every machine.

const EPOLLIN = 0x001;
const EPOLLPRI = 0x002;
const EPOLLOUT = 0x004;
const EPOLLERR = 0x008;
const EPOLLHUP = 0x010;
const EPOLLRDHUP = 0x2000;
const EPOLLET = 0x8000_0000;

/** What to be told of, added up. Errors and hang-ups are always told. */
export const Interest: {
  /** Bytes, connections or an end to read. */
  readonly readable: 1;
  readonly writable: 2;
  /** Something exceptional, such as out-of-band data or a change in sysfs; see POLLPRI in poll(2). */
  readonly priority: 4;
} = { readable: 1, writable: 2, priority: 4 };

const ALL_INTERESTS = 7;

/** The flags of an edge-triggered registration. @throws RangeError when `interest` is none */
export function flagsOf(interest: number): number {
  if (!(Number.isInteger(interest) && interest > 0 && interest <= ALL_INTERESTS)) {
    throw new RangeError(`expected a sum of the values of Interest, from 1 to ${ALL_INTERESTS}, got ${interest}`);
  }
  let flags = EPOLLET;
  if ((interest & Interest.readable) !== 0) flags += EPOLLIN + EPOLLRDHUP;
  if ((interest & Interest.writable) !== 0) flags += EPOLLOUT;
  if ((interest & Interest.priority) !== 0) flags += EPOLLPRI;
  return flags;
}

export function isReadable(flags: number): boolean {
  return (flags & (EPOLLIN | EPOLLPRI)) !== 0;
}

export function isWritable(flags: number): boolean {
  return (flags & EPOLLOUT) !== 0;
}

/** Nothing more will come, or both directions are closed. */
export function isReadClosed(flags: number): boolean {
  return (flags & (EPOLLHUP | EPOLLRDHUP)) !== 0;
}

/** Both directions are closed, or nobody reads what is written any more, which epoll says of a pipe by an error. */
export function isWriteClosed(flags: number): boolean {
  return (flags & EPOLLHUP) !== 0 || ((flags & EPOLLERR) !== 0 && ((flags & EPOLLOUT) !== 0 || flags === EPOLLERR));
}

export function isPriority(flags: number): boolean {
  return (flags & EPOLLPRI) !== 0;
}

export function isError(flags: number): boolean {
  return (flags & EPOLLERR) !== 0;
}
