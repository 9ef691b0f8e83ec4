// What is done when threads have died, or all have ended: a look at every record, as a garbage collector has it, while nobody else
// touches shared memory. It needs to know nothing of what the thread was doing, because of three facts:
//   - Workers that rest poll nothing. So a task that is running was being polled by a thread that died.
//   - They keep nothing for themselves. So a task that is queued and in no queue was on its way through the hands of one that died,
//     and a record that is free and on no list was kept by it.
//   - A task may be woken without a reason. So waking all that wait makes up for every wake that was not finished.
import { restingEntries, emptyQueue } from "../shared/work-queue.ts";
import { Cancelled, Failed, HOME, type Outcome, TYPE, WAKER_TYPE } from "../shared/record.ts";
import { Complete, generationOf, Joinable, Live, Pinned, Queued, Running, Watched } from "../shared/task-state.ts";
import { FIRST_RECORD } from "../shared/slab.ts";
import { type Member } from "./member.ts";

/** Ends the tasks of workers that died, and puts everything that they had in their hands back. @param error why */
export function repair(member: Member, dead: readonly number[], error: unknown): void {
  const { plan, states, words } = member;
  const { queueCapacity, workers } = plan.options;
  const queued = new Set<number>(member.inject.entries());
  for (let worker = 0; worker < workers; worker++) {
    const entries = restingEntries(words, plan.queue(worker), queueCapacity);
    if (!dead.includes(worker)) for (const index of entries) queued.add(index);
  }
  for (let slot = 0; slot < plan.slots; slot++) {
    const mailbox = member.mailboxes[slot];
    if (!dead.includes(slot)) for (const index of mailbox.entries()) queued.add(index);
  }
  for (const worker of dead) {
    emptyQueue(words, plan.queue(worker));
    const mailbox = member.mailboxes[worker];
    while (mailbox.pop() !== 0);
    member.parkers[worker].reopen();
    Atomics.store(words, plan.eventFds + worker, 0);
  }
  member.idle.reset();

  const thrown = member.storeThrown.bind(member);
  const isLost = (index: number): boolean => dead.includes(Atomics.load(words, member.record(index) + HOME));
  for (let index = FIRST_RECORD; index < FIRST_RECORD + member.slab.used(); index++) {
    const state = states.load(index);
    const generation = generationOf(state);
    if ((state & Live) === 0) continue;
    if (words[member.record(index) + TYPE] === WAKER_TYPE) {
      if (isLost(index)) {
        member.forgoWaits(index);
        states.release(index, generation);
      } else if ((state & Queued) !== 0) {
        redeliver(member, index, generation);
      }
    } else if ((state & Complete) !== 0) {
      if ((state & Watched) !== 0) states.unwatch(index);
      if ((state & Joinable) === 0) member.discard(index, generation);
    } else if ((state & Running) !== 0 || ((state & Pinned) !== 0 && isLost(index))) {
      end(member, index, state, Failed, thrown(error));
    } else if ((state & Pinned) !== 0) {
      if ((state & Queued) !== 0) redeliver(member, index, generation);
    } else if ((state & Queued) !== 0 && !queued.has(index)) {
      member.injectTask(index);
    }
  }
  collectFree(member);
  wakeAll(member);
}

/** Ends every task that has not finished, when no worker runs any more. */
export function cancelAll(member: Member): void {
  const { slab, states, words } = member;
  for (let index = FIRST_RECORD; index < FIRST_RECORD + slab.used(); index++) {
    const state = states.load(index);
    if ((state & (Live | Complete)) !== Live || words[member.record(index) + TYPE] === WAKER_TYPE) continue;
    end(member, index, state, Cancelled, 0);
  }
  slab.flush();
}

function end(member: Member, index: number, state: number, outcome: Outcome, payload: number): void {
  member.dropState(index);
  member.finish(index, generationOf(state), outcome, payload, state & Running);
}

/** What is in a mailbox already may be in it twice. */
function redeliver(member: Member, index: number, generation: number): void {
  member.deliver(Atomics.load(member.words, member.record(index) + HOME), index, generation);
}

function collectFree(member: Member): void {
  const { slab, states } = member;
  slab.flush();
  const free: number[] = [];
  for (let index = slab.used() + FIRST_RECORD - 1; index >= FIRST_RECORD; index--) {
    if ((states.load(index) & Live) === 0) free.push(index);
  }
  slab.rebuild(free);
}

function wakeAll(member: Member): void {
  const { slab, states } = member;
  for (let index = FIRST_RECORD; index < FIRST_RECORD + slab.used(); index++) {
    const state = states.load(index);
    if ((state & (Live | Complete | Queued | Running)) === Live) member.wake(index, generationOf(state));
  }
}
