// The hierarchical timer wheel (Varghese and Lauck, 1987; tokio's and the kernel's design): inserting and removing take the
// same few steps however many entries wait, and the next one that is due is found with two look-ups.
//
// A tick is a millisecond. Level 0 has a slot for each of the 64 ticks around `elapsed`, level 1 for each of 64 spans of 64
// ticks, and so on up to 2 ** 36 ticks, about two years; what is further away waits in a list of its own. An entry stands at the
// level of the highest bit in which its tick differs from `elapsed`. So each slot lies wholly after all slots below it, entries
// with the same tick always stand in the same slot, in the order of their insertion, and as time enters a slot above level 0
// its entries move down.
//
//     position     0       64 .. 127   128 .. 191         384 .. 447    448
//                +-----+ +-----------+-----------+ ... +-----------+ +--------+
//                | due | |  level 0  |  level 1  |     |  level 5  | | beyond |     positions are in the order of time
//                +-----+ +-----------+-----------+ ... +-----------+ +--------+
//
// A place is a list, linked through the entries; a bitmap says at which positions the place is occupied. A place has the number of
// its position at first, but when a slot of level 0 becomes due its place changes positions with the one that was due and is
// empty: to tell each entry would mean to fetch it from memory, where it may have lain for long, once more than it takes.
//
// Bit operations work on 32 bits, so ticks are split at bit 30: the lower part covers levels 0 to 4, the upper part is level 5.

/** What stands in a wheel. All but the deadline is the wheel's business alone. */
export interface WheelEntry<E> {
  /** Not to be changed while the entry is in the wheel. */
  deadlineMs: number;
  /** The number of its place in the wheel, -1 outside of it. */
  place: number;
  /** Neighbours in the list of its place. */
  previous: E | null;
  following: E | null;
}

/** The place of an entry that is in no wheel. */
export const NO_PLACE = -1;

const LEVEL_BITS = 6;
const SLOTS = 1 << LEVEL_BITS;
const LOW_BITS = 30;
const LOW_SPAN = 2 ** LOW_BITS;
const DUE = 0;
const LEVEL_0 = SLOTS;
const LEVEL_1 = 2 * SLOTS;
const LEVEL_5 = 6 * SLOTS;
const BEYOND = 7 * SLOTS;
const POSITIONS = BEYOND + 1;
const WORD_BITS = 32;

export class Wheel<E extends WheelEntry<E>> {
  /** Which place stands at each position, and at which position each place stands. */
  private readonly placeAt: Uint16Array = Uint16Array.from({ length: POSITIONS }, (_, position) => position);
  private readonly positionOf: Uint16Array = this.placeAt.slice();
  /** By place: its list. */
  private readonly first: (E | null)[] = new Array<E | null>(POSITIONS).fill(null);
  private readonly last: (E | null)[] = new Array<E | null>(POSITIONS).fill(null);
  /** By place: no entry of an occupied one has an earlier tick. Exact unless entries were removed. */
  private readonly earliest = new Float64Array(POSITIONS);
  /** At which positions the place is occupied; and which words of that are not 0. */
  private readonly occupied = new Int32Array(Math.ceil(POSITIONS / WORD_BITS));
  private occupiedWords = 0;
  /** Every entry with an earlier tick has become due. */
  private elapsed: number;
  /** `elapsed`, split at bit 30. */
  private elapsedHigh = 0;
  private elapsedLow = 0;
  private count = 0;

  constructor(nowMs: number) {
    this.elapsed = this.setElapsed(Math.floor(nowMs));
  }

  /** Entries in the wheel, those that are due included. */
  get size(): number {
    return this.count;
  }

  /** Adds an entry that is in no wheel. One with a deadline in the past becomes due in the next `advanceTo`. */
  insert(entry: E): void {
    this.place(entry);
    this.count++;
  }

  /** Takes an entry out; does nothing when it is in no wheel. */
  remove(entry: E): void {
    const { place } = entry;
    if (place === NO_PLACE) return;
    const { previous, following } = entry;
    if (previous === null) this.first[place] = following;
    else previous.following = following;
    if (following === null) this.last[place] = previous;
    else following.previous = previous;
    if (previous === null && following === null) this.vacate(this.positionOf[place]);
    entry.place = NO_PLACE;
    entry.previous = entry.following = null;
    this.count--;
  }

  /** The first tick at which something becomes due, or earlier if the entry that was first has been removed; `Infinity` if empty. */
  nextTick(): number {
    if (this.occupiedWords === 0) return Infinity;
    const position = this.firstOccupied(this.occupiedWords);
    return position === DUE ? this.elapsed : this.earliest[this.placeAt[position]];
  }

  /** The entry that will be due first; null if empty. Looks at all entries of its slot. */
  peek(): E | null {
    if (this.occupiedWords === 0) return null;
    const position = this.firstOccupied(this.occupiedWords);
    let best = this.first[this.placeAt[position]];
    if (position < LEVEL_1 || best === null) return best;
    let bestTick = Math.ceil(best.deadlineMs);
    for (let entry = best.following; entry !== null; entry = entry.following) {
      const tick = Math.ceil(entry.deadlineMs);
      if (tick >= bestTick) continue;
      best = entry;
      bestTick = tick;
    }
    return best;
  }

  /** Makes every entry due whose deadline is not after `nowMs`: by tick, those of one tick in the order of their insertion. */
  advanceTo(nowMs: number): void {
    const now = Math.floor(nowMs);
    for (;;) {
      const words = this.occupiedWords & ~1;
      if (words === 0) break;
      const position = this.firstOccupied(words);
      const start = this.startOf(position);
      if (start > now) break;
      // Nothing comes before the earliest of this place, so that time can go on to it at once.
      this.setElapsed(Math.max(start, Math.min(this.earliest[this.placeAt[position]], now)));
      if (position < LEVEL_1) this.makeDue(position);
      else this.moveDown(position);
    }
    if (now > this.elapsed) this.setElapsed(now);
  }

  /** Takes out the first entry that is due; null if none is. */
  shiftDue(): E | null {
    const entry = this.first[this.placeAt[DUE]];
    if (entry !== null) this.remove(entry);
    return entry;
  }

  private setElapsed(tick: number): number {
    this.elapsed = tick;
    this.elapsedHigh = Math.floor(tick / LOW_SPAN);
    this.elapsedLow = lowBits(tick, this.elapsedHigh);
    return tick;
  }

  /** Appends the entry to the list of the place where its deadline belongs. */
  private place(entry: E): void {
    // A fraction of a tick counts as a whole one: no entry is due early.
    const tick = Math.max(Math.ceil(entry.deadlineMs), this.elapsed);
    const position = this.positionFor(tick);
    const place = this.placeAt[position];
    const last = this.last[place];
    entry.place = place;
    entry.previous = last;
    this.last[place] = entry;
    if (last !== null) {
      last.following = entry;
      if (tick < this.earliest[place]) this.earliest[place] = tick;
      return;
    }
    this.first[place] = entry;
    this.earliest[place] = tick;
    this.occupy(position);
  }

  private positionFor(tick: number): number {
    const high = Math.floor(tick / LOW_SPAN);
    if (high === this.elapsedHigh) {
      const low = lowBits(tick, high);
      // The highest differing bit, by level; without one (-1 / 6) it is level 0 as well.
      const level = ((31 - Math.clz32(low ^ this.elapsedLow)) / LEVEL_BITS) | 0;
      return LEVEL_0 + level * SLOTS + ((low >>> (level * LEVEL_BITS)) & (SLOTS - 1));
    }
    return Math.floor(high / SLOTS) === Math.floor(this.elapsedHigh / SLOTS) ? LEVEL_5 + (high & (SLOTS - 1)) : BEYOND;
  }

  /** The first tick that belongs at an occupied position other than `DUE`. */
  private startOf(position: number): number {
    if (position === BEYOND) {
      const span = LOW_SPAN * SLOTS;
      return Math.floor(this.earliest[BEYOND] / span) * span;
    }
    const slot = position & (SLOTS - 1);
    if (position >= LEVEL_5) return (Math.floor(this.elapsedHigh / SLOTS) * SLOTS + slot) * LOW_SPAN;
    const shift = ((position - LEVEL_0) >> LEVEL_BITS) * LEVEL_BITS;
    const above = shift + LEVEL_BITS;
    return this.elapsedHigh * LOW_SPAN + (((this.elapsedLow >>> above) << above) | (slot << shift));
  }

  /** Makes the entries of a slot of level 0 due, after those that are. */
  private makeDue(position: number): void {
    const place = this.placeAt[position];
    const due = this.placeAt[DUE];
    const last = this.last[due];
    if (last === null) {
      this.placeAt[DUE] = place;
      this.placeAt[position] = due;
      this.positionOf[place] = DUE;
      this.positionOf[due] = position;
    } else {
      const first = this.first[place];
      last.following = first;
      if (first !== null) first.previous = last;
      this.last[due] = this.last[place];
      for (let entry = first; entry !== null; entry = entry.following) entry.place = due;
      this.first[place] = this.last[place] = null;
    }
    this.vacate(position);
    this.occupy(DUE);
  }

  /** Gives each entry at a position that time has entered the place where it now belongs. */
  private moveDown(position: number): void {
    const place = this.placeAt[position];
    let entry = this.first[place];
    this.first[place] = this.last[place] = null;
    this.vacate(position);
    while (entry !== null) {
      const { following } = entry;
      entry.following = null;
      this.place(entry);
      entry = following;
    }
  }

  private occupy(position: number): void {
    const word = position >> 5;
    this.occupied[word] |= 1 << (position & 31);
    this.occupiedWords |= 1 << word;
  }

  private vacate(position: number): void {
    const word = position >> 5;
    if ((this.occupied[word] &= ~(1 << (position & 31))) === 0) this.occupiedWords &= ~(1 << word);
  }

  /** The first position with an occupied place in any of `words`, which are bits of `occupiedWords` and not 0. */
  private firstOccupied(words: number): number {
    const word = lowestBit(words);
    return word * WORD_BITS + lowestBit(this.occupied[word]);
  }
}

/** The bits of a tick below bit 30, given those above. An infinite tick has none. */
function lowBits(tick: number, high: number): number {
  return (tick - high * LOW_SPAN) | 0;
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
