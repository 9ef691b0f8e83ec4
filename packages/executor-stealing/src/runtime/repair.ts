// What is done when threads have died, or all have ended: a look at every record, as a garbage collector has it, while nobody else
// touches shared memory. It needs to know nothing of what the thread was doing, because of three facts:
//   - Workers that rest poll nothing. So a task that is running was being polled by a thread that died.
//   - They keep nothing for themselves. So a task that is queued and in no queue was on its way through the hands of one that died,
//     and a record that is free and on no list was kept by it.
//   - A task may be woken without a reason. So waking all that wait makes up for every wake that was not finished.
import { restingEntries, emptyQueue } from "../memory/work-queue.ts";
import { Cancelled, Failed, type Outcome, SPAWNER, SPAWNER_GENERATION, TYPE, WAKER_TYPE } from "../memory/record.ts";
import { Complete, generationOf, Joinable, Live, Pinned, Queued, Running, Watched } from "../memory/task-state.ts";
import { FIRST_RECORD } from "../memory/slab.ts";
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

  // All is looked at before anything is done: ending a task wakes others, which are then queued, and in a queue.
  const found = survey(member, dead, queued);
  for (const index of found.stranded) member.injectTask(index);
  for (const index of found.called) {
    const generation = generationOf(states.load(index));
    member.deliver(member.homeOf(index), index, generation);
  }
  for (const index of found.orphanedWakers) {
    member.forgoWaits(index);
    states.release(index, generationOf(states.load(index)));
  }
  for (const index of found.unwanted) member.discard(index, generationOf(states.load(index)));
  const generations = new Map(found.lost.map((index) => [index, generationOf(states.load(index))]));
  for (const index of found.lost) end(member, index, states.load(index), Failed, member.storeThrown(error));
  detachOrphans(member, generations);
  collectFree(member);
  wakeAll(member);
}

/** Records by what is to be done about them. */
interface Survey {
  /** Tasks that a dead thread ran, or was the home of. */
  readonly lost: number[];
  /** Tasks that are queued and in no queue. */
  readonly stranded: number[];
  /** What is pinned to a live thread and was called, perhaps without an entry in its mailbox. It may then be there twice. */
  readonly called: number[];
  /** Wakers of dead threads. */
  readonly orphanedWakers: number[];
  /** Complete tasks that nobody joins, and whose completer died. */
  readonly unwanted: number[];
}

function survey(member: Member, dead: readonly number[], queued: ReadonlySet<number>): Survey {
  const { states, words } = member;
  const found: Survey = { lost: [], stranded: [], called: [], orphanedWakers: [], unwanted: [] };
  for (let index = FIRST_RECORD; index < FIRST_RECORD + member.slab.used(); index++) {
    const state = states.load(index);
    if ((state & Live) === 0) continue;
    const isLost = (state & Pinned) !== 0 && dead.includes(member.homeOf(index));
    if ((state & Complete) !== 0) {
      if ((state & Watched) !== 0) states.unwatch(index);
      if ((state & Joinable) === 0) found.unwanted.push(index);
    } else if (words[member.record(index) + TYPE] === WAKER_TYPE && isLost) found.orphanedWakers.push(index);
    else if ((state & Running) !== 0 || isLost) found.lost.push(index);
    else if ((state & (Queued | Pinned)) === (Queued | Pinned)) found.called.push(index);
    else if ((state & Queued) !== 0 && !queued.has(index)) found.stranded.push(index);
  }
  return found;
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

/** Detaches the tasks that a lost one had spawned when it died, and whose handles it had not put anywhere. */
function detachOrphans(member: Member, lost: ReadonlyMap<number, number>): void {
  const { slab, states, words } = member;
  for (let index = FIRST_RECORD; index < FIRST_RECORD + slab.used(); index++) {
    const state = states.load(index);
    if ((state & (Live | Joinable)) !== (Live | Joinable)) continue;
    const at = member.record(index);
    const spawner = words[at + SPAWNER];
    if (spawner !== 0 && lost.get(spawner) === words[at + SPAWNER_GENERATION])
      member.detach(index, generationOf(state));
  }
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
