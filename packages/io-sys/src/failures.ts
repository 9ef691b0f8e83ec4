// What has to be done to its end although parts of it throw, as the wakers of a careless program may: closing, above all.

/** Keeps the first error of several steps until all of them were taken. */
export class Failures {
  #first: { readonly error: unknown } | null = null;

  /** Takes a step; what it throws is kept. */
  guard(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.keep(error);
    }
  }

  /** Keeps an error for `rethrow`, if it is the first. */
  keep(error: unknown): void {
    this.#first ??= { error };
  }

  /** @throws what the first step threw that threw */
  rethrow(): void {
    if (this.#first !== null) throw this.#first.error;
  }
}
