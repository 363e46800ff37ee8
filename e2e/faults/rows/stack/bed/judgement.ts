import type { Check, Invariant } from '../../../row.ts';

/** A claim that was looked at: held when it is true. */
export function judge(invariant: Invariant, claim: string, isTrue: boolean, seen: string): Check {
  return { invariant, claim, verdict: isTrue ? 'held' : 'broken', seen };
}

/** A number for a table: one digit after the point. */
export function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
