// Which descriptors an epoll instance watches, and for what.
import { systemError } from "@pollab/io-sys";
import type { NativePoller } from "../system/native.ts";
import type { System } from "../system/system.ts";
import { flagsOf } from "./interest.ts";
import { HIGH_UNIT, requireToken, type Token } from "./token.ts";

/**
 * Registers any descriptor that epoll takes. Each has to be deregistered before it is closed: an open file that another descriptor
 * keeps open (dup(2), fork(2)) would go on to be reported.
 */
export class Registry {
  private readonly system: System;
  private readonly poller: NativePoller;

  /** For `Poll`. @internal */
  constructor(system: System, poller: NativePoller) {
    this.system = system;
    this.poller = poller;
  }

  /**
   * Watches a descriptor, edge-triggered: each change is reported once, and what it is ready for already is reported by the next wait.
   *
   * @param interest a sum of the values of `Interest`
   * @throws SystemError EEXIST when it is registered, EPERM for a regular file, EBADF, ENOSPC, ENOMEM; RangeError
   */
  register(fd: number, token: Token, interest: number): void {
    const flags = flagsOf(interest);
    requireToken(token);
    succeed(this.system.add(this.poller, fd, flags, token % HIGH_UNIT, Math.floor(token / HIGH_UNIT)));
  }

  /** Another token and another interest. What it is ready for is reported again. @throws SystemError ENOENT; RangeError */
  reregister(fd: number, token: Token, interest: number): void {
    const flags = flagsOf(interest);
    requireToken(token);
    succeed(this.system.modify(this.poller, fd, flags, token % HIGH_UNIT, Math.floor(token / HIGH_UNIT)));
  }

  /** @throws SystemError ENOENT when it is not registered, EBADF */
  deregister(fd: number): void {
    succeed(this.system.delete(this.poller, fd));
  }
}

function succeed(result: number): void {
  if (result < 0) throw systemError(result, "epoll_ctl");
}
