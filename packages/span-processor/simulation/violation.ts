let first: Violation | undefined;

/**
 * An invariant that did not hold. `invariant` is one of the names in docs/simulation.md. The code under test catches what its
 * surroundings throw, so the first one of a run is remembered: `takeViolation`.
 */
export class Violation extends Error {
  readonly invariant: string;

  constructor(invariant: string, message: string) {
    super(`${invariant}: ${message}`);
    this.name = 'Violation';
    this.invariant = invariant;
    first ??= this;
  }
}

/** The first violation since it was asked for last. */
export function takeViolation(): Violation | undefined {
  const taken = first;
  first = undefined;
  return taken;
}
