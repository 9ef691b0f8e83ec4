// Dropping several things, so that an error from one does not keep the others alive.

/** Drops everything (futures, streams) in order and replaces it by null; throws the first error at the end. */
export function dropAll(droppables: ({ drop(): void } | null)[]): void {
  let firstError: { readonly error: unknown } | null = null;
  for (let i = 0; i < droppables.length; i++) {
    const droppable = droppables[i];
    droppables[i] = null;
    try {
      droppable?.drop();
    } catch (error) {
      firstError ??= { error };
    }
  }
  if (firstError !== null) throw firstError.error;
}
