// How a thread reads, writes and drops each kind of handle in shared memory. Reading gives an object that looks at the share which is
// there, or takes it over, if what is read changes hands.
import type { HandleAccess } from "../layout/codec.ts";
import type { Field, HandleKind } from "../layout/field.ts";
import type { Member, Share } from "../runtime/member.ts";
import { CancellationToken } from "./cancellation-token.ts";
import { dropReceiver, dropSender, Receiver, Sender } from "./channel.ts";
import { OneshotReceiver, OneshotSender } from "./oneshot.ts";
import type { OwnedHandle } from "./owned.ts";
import { dropPermit, Permit } from "./permit.ts";
import { Semaphore } from "./semaphore.ts";
import { SharedBuffer } from "./shared-buffer.ts";
import { TaskHandle } from "./task-handle.ts";
import { dropTasks, TaskSet } from "./task-set.ts";

/** A kind of handle that is one word: where the thing is. */
interface Single {
  /** An object for it. @param isOwner whether it takes the share over */
  open(at: number, field: Field<unknown>, isOwner: boolean): Share;
  /** The handle, if that is what the value is. */
  handleOf(value: unknown): OwnedHandle | undefined;
  retain(at: number): void;
  drop(at: number, field: Field<unknown>): void;
}

class SingleAccess implements HandleAccess {
  private readonly member: Member;
  private readonly kind: Single;

  constructor(member: Member, kind: Single) {
    this.member = member;
    this.kind = kind;
  }

  read(place: number, field: Field<unknown>): unknown {
    const { member } = this;
    const at = member.words[place];
    if (at === 0 || at === undefined) return null;
    const share = this.kind.open(at, field, member.adopting);
    if (member.adopting) member.own(share);
    return share;
  }

  write(place: number, value: unknown, field: Field<unknown>): boolean {
    const { words } = this.member;
    const old = words[place];
    let at = 0;
    if (value !== null) {
      const handle = this.kind.handleOf(value);
      // In another runtime's memory there is something else at that place.
      if (handle === undefined || !handle.belongsTo(this.member)) return false;
      at = handle.at;
      this.kind.retain(at);
    }
    words[place] = at;
    if (old !== 0) this.kind.drop(old, field);
    return true;
  }

  drop(place: number, field: Field<unknown>): void {
    const { words } = this.member;
    const at = words[place];
    if (at === 0) return;
    words[place] = 0;
    this.kind.drop(at, field);
  }
}

class TaskAccess implements HandleAccess {
  private readonly member: Member;

  constructor(member: Member) {
    this.member = member;
  }

  read(place: number): unknown {
    const { member } = this;
    const index = member.words[place];
    if (index === 0 || index === undefined) return null;
    const handle = new TaskHandle(member, index, member.words[place + 1], member.adopting);
    if (member.adopting) member.own(handle);
    return handle;
  }

  write(place: number, value: unknown): boolean {
    const { words } = this.member;
    if (value !== null && !(value instanceof TaskHandle && value.belongsTo(this.member))) return false;
    const index = words[place];
    const generation = words[place + 1];
    if (value !== null && value.index === index && value.generation === generation) return true;
    value?.assertUnjoined();
    // First: of a thread that dies in between the handle is still there, and detaching it again does nothing.
    if (index !== 0) this.member.detach(index, generation);
    words[place] = value?.index ?? 0;
    words[place + 1] = value?.generation ?? 0;
    value?.keep();
    return true;
  }

  drop(place: number): void {
    this.write(place, null);
  }
}

class TaskSetAccess implements HandleAccess {
  private readonly member: Member;

  constructor(member: Member) {
    this.member = member;
  }

  read(place: number, { capacity = 0 }: Field<unknown>): unknown {
    return new TaskSet(this.member, place, capacity);
  }

  write(): boolean {
    return false;
  }

  drop(place: number): void {
    dropTasks(this.member, place);
  }
}

class PermitAccess implements HandleAccess {
  private readonly member: Member;

  constructor(member: Member) {
    this.member = member;
  }

  read(place: number): unknown {
    return new Permit(this.member, place);
  }

  write(): boolean {
    return false;
  }

  drop(place: number): void {
    dropPermit(this.member, place);
  }
}

/** The access of one thread to every kind of handle. */
export function makeHandles(member: Member): Readonly<Record<HandleKind, HandleAccess>> {
  // What a field is `of` is what its channel was made for: both come from the same layout.
  const messageOf = (field: Field<unknown>): Field<unknown> => field.of ?? { kind: "none" };
  const sender: Single = {
    open: (at, field, isOwner) => new Sender(member, at, messageOf(field), isOwner),
    handleOf: (value) => (value instanceof Sender ? value : undefined),
    retain: (at) => {
      member.channels.addSender(at);
    },
    drop: (at) => {
      dropSender(member, at);
    },
  };
  const receiver: Single = {
    open: (at, field, isOwner) => new Receiver(member, at, messageOf(field), isOwner),
    handleOf: (value) => (value instanceof Receiver ? value : undefined),
    retain: (at) => {
      member.channels.addReceiver(at);
    },
    drop: (at, field) => {
      dropReceiver(member, at, messageOf(field));
    },
  };
  const counted = {
    retain: (at: number): void => {
      member.retain(at);
    },
    drop: (at: number): void => {
      member.disown(at);
    },
  };
  return {
    task: new TaskAccess(member),
    tasks: new TaskSetAccess(member),
    permit: new PermitAccess(member),
    sender: new SingleAccess(member, sender),
    receiver: new SingleAccess(member, receiver),
    oneshotSender: new SingleAccess(member, {
      ...sender,
      open: (at, field, isOwner) => new OneshotSender(new Sender(member, at, messageOf(field), isOwner)),
      handleOf: (value) => (value instanceof OneshotSender ? value.sender : undefined),
    }),
    oneshotReceiver: new SingleAccess(member, {
      ...receiver,
      open: (at, field, isOwner) => new OneshotReceiver(new Receiver(member, at, messageOf(field), isOwner)),
      handleOf: (value) => (value instanceof OneshotReceiver ? value.receiver : undefined),
    }),
    semaphore: new SingleAccess(member, {
      ...counted,
      open: (at, _field, isOwner) => new Semaphore(member, at, isOwner),
      handleOf: (value) => (value instanceof Semaphore ? value : undefined),
    }),
    token: new SingleAccess(member, {
      ...counted,
      open: (at, _field, isOwner) => new CancellationToken(member, at, isOwner),
      handleOf: (value) => (value instanceof CancellationToken ? value : undefined),
    }),
    buffer: new SingleAccess(member, {
      ...counted,
      open: (at, _field, isOwner) => new SharedBuffer(member, at, isOwner),
      handleOf: (value) => (value instanceof SharedBuffer ? value : undefined),
    }),
  };
}

/** The kind of field that could hold a value, if it is a handle that can be passed on. */
export function describeHandle(value: unknown): (Field<unknown> & { readonly kind: HandleKind }) | undefined {
  if (value instanceof TaskHandle) return { kind: "task" };
  if (value instanceof Sender) return { kind: "sender", of: value.message };
  if (value instanceof Receiver) return { kind: "receiver", of: value.message };
  if (value instanceof OneshotSender) return { kind: "oneshotSender", of: value.sender.message };
  if (value instanceof OneshotReceiver) return { kind: "oneshotReceiver", of: value.receiver.message };
  if (value instanceof Semaphore) return { kind: "semaphore" };
  if (value instanceof CancellationToken) return { kind: "token" };
  return value instanceof SharedBuffer ? { kind: "buffer" } : undefined;
}
