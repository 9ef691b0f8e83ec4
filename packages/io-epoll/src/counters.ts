// What a driver counts while it works: figures without noise, which stand beside every measured time.

/** System calls that this driver made, by name. */
export interface SystemCallCounts {
  epoll_wait: number;
  epoll_ctl: number;
  accept4: number;
  recv: number;
  send: number;
  /** Of `connect`: socket, connect, getsockopt, setsockopt. Of `accept`: setsockopt. */
  set_up: number;
  shutdown: number;
  close: number;
}

/** What a driver has done so far. */
export interface EpollCounters {
  readonly systemCalls: SystemCallCounts;
  /** Returns from epoll_wait: with events or without, interrupted ones included. */
  waits: number;
  /** Waits that a signal ended. */
  interrupted: number;
  events: number;
  /** Events for a registration that had gone by then. */
  stale: number;
  /** Wakers called. */
  wakes: number;
}

export function createCounters(): EpollCounters {
  return {
    systemCalls: { epoll_wait: 0, epoll_ctl: 0, accept4: 0, recv: 0, send: 0, set_up: 0, shutdown: 0, close: 0 },
    waits: 0,
    interrupted: 0,
    events: 0,
    stale: 0,
    wakes: 0,
  };
}
