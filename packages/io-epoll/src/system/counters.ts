// What a driver counts while it works: figures without noise, which stand beside every measured time.

/** System calls that this driver made, by name. Those by which an operation was set up that then failed may be missing. */
export interface SystemCallCounts {
  epoll_wait: number;
  epoll_ctl: number;
  accept4: number;
  /** recv(2). */
  recvfrom: number;
  /** send(2), and sendto(2) of datagrams. */
  sendto: number;
  /** Of datagrams with their source, and vectored reads of sockets. */
  recvmsg: number;
  /** Vectored writes of sockets. */
  sendmsg: number;
  /** Of pipes, standard input and eventfds. */
  read: number;
  readv: number;
  write: number;
  writev: number;
  sendfile: number;
  splice: number;
  socket: number;
  socketpair: number;
  pipe2: number;
  eventfd2: number;
  bind: number;
  listen: number;
  connect: number;
  getsockopt: number;
  setsockopt: number;
  getsockname: number;
  getpeername: number;
  fcntl: number;
  openat: number;
  shutdown: number;
  close: number;
}

/** What a driver has done so far. */
export interface EpollCounters {
  readonly systemCalls: SystemCallCounts;
  /** Calls from JavaScript into native code, each of which makes one system call or encodes an address. */
  crossings: number;
  /** Returns from epoll_wait: with events or without, interrupted ones included. */
  waits: number;
  /** Waits that a signal ended. */
  interrupted: number;
  events: number;
  /** Events for a registration that had gone by then. */
  stale: number;
  /** Wakers called. */
  wakes: number;
  /** Descriptors that were ever registered. */
  registrations: number;
  /** Changes of a registration. The driver makes none: an edge-triggered one stays armed. */
  rearms: number;
}

export function createCounters(): EpollCounters {
  return {
    systemCalls: {
      epoll_wait: 0,
      epoll_ctl: 0,
      accept4: 0,
      recvfrom: 0,
      sendto: 0,
      recvmsg: 0,
      sendmsg: 0,
      read: 0,
      readv: 0,
      write: 0,
      writev: 0,
      sendfile: 0,
      splice: 0,
      socket: 0,
      socketpair: 0,
      pipe2: 0,
      eventfd2: 0,
      bind: 0,
      listen: 0,
      connect: 0,
      getsockopt: 0,
      setsockopt: 0,
      getsockname: 0,
      getpeername: 0,
      fcntl: 0,
      openat: 0,
      shutdown: 0,
      close: 0,
    },
    crossings: 0,
    waits: 0,
    interrupted: 0,
    events: 0,
    stale: 0,
    wakes: 0,
    registrations: 0,
    rearms: 0,
  };
}
