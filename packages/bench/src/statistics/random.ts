// The one source of randomness of a run: xoshiro128** (Blackman and Vigna, 2018), seeded from a printed number, so that the
// order of observations and every bootstrap interval can be had again from the record.

export interface Random {
  /** The next 32 bits, as an unsigned integer. */
  uint32(): number;
  /** Uniform in [0, 1). */
  unit(): number;
  /** Uniform over the integers from 0 up to `limit`, which is not included and at most 2^32. */
  below(limit: number): number;
}

/**
 * A generator for one purpose. Equal seeds and purposes give equal sequences; another purpose gives an unrelated one, so that
 * adding a draw in one place moves nothing elsewhere.
 */
export function randomFor(seed: number, purpose: string): Random {
  return xoshiro128(spread(seed ^ hash(purpose)));
}

/** The bare generator, over four words of state that must not all be zero. */
export function xoshiro128(state: readonly [number, number, number, number]): Random {
  let [a, b, c, d] = state;
  if ((a | b | c | d) === 0) throw new RangeError("the state of xoshiro128** must not be all zero");
  const uint32 = (): number => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotateLeft(d, 11);
    return result;
  };
  return {
    uint32,
    unit: () => uint32() / 2 ** 32,
    // The bias of multiplying instead of rejecting is below limit / 2^32: nothing at the sizes sampled here.
    below: (limit) => Math.floor((uint32() / 2 ** 32) * limit),
  };
}

/** A shuffled copy (Fisher and Yates). */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const rest = [...items];
  const result: T[] = [];
  while (rest.length > 0) result.push(...rest.splice(random.below(rest.length), 1));
  return result;
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** Four well-mixed words from one: SplitMix with the 32-bit finaliser of MurmurHash3. Its outputs are never all zero. */
function spread(seed: number): [number, number, number, number] {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let word = state;
    word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
    word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
    return word ^ (word >>> 16);
  };
  return [next(), next(), next(), next()];
}

/** FNV-1a over UTF-16 code units. */
function hash(text: string): number {
  let word = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) word = Math.imul(word ^ text.charCodeAt(index), 0x01000193);
  return word;
}
