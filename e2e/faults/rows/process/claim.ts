import type { Check, Invariant } from '../../row.ts';

/** What a machine with other work adds to a bound in time; every bound of these rows is published beside what was seen. */
export const BUSY_MILLIS = 400;

/** A claim that either holds or does not. */
export const claim = (invariant: Invariant, text: string, holds: boolean, seen: string): Check => ({
  invariant,
  claim: text,
  verdict: holds ? 'held' : 'broken',
  seen,
});

/** Claims that a time stays within its bound; what only a busy machine explains is undecided. */
export function withinMillis(invariant: Invariant, text: string, millis: number, bound: number): Check {
  const verdict = millis <= bound ? 'held' : millis <= bound + BUSY_MILLIS ? 'undecided' : 'broken';
  return { invariant, claim: `${text}: at most ${bound} ms`, verdict, seen: `${Math.round(millis)} ms` };
}

/** Claims that nothing is on the list; shows the first of what is. */
export function none(invariant: Invariant, text: string, exceptions: readonly string[], of: number): Check {
  const shown = exceptions.slice(0, 3).join(' · ');
  const seen = exceptions.length === 0 ? `0 of ${of}` : `${exceptions.length} of ${of}: ${shown}`;
  return claim(invariant, text, exceptions.length === 0, seen);
}
