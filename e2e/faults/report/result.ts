import type { Check, Effort, FaultRow, Need, RowOutcome, Subject } from '../row.ts';

/** One row with one subject, as it is kept in result files. */
export interface RowResult extends RowOutcome {
  readonly id: string;
  readonly fault: string;
  readonly load: string;
  readonly expected: string;
  readonly needs: readonly Need[];
  readonly subject: Subject;
  readonly seconds: number;
  /** What the machine lacks for it: it was not run. */
  readonly lack?: string;
  /** The bed itself failed: nothing is known of the subject. */
  readonly problem?: string;
}

/** One run of the bed. */
export interface BedRun {
  /** ISO day. */
  readonly date: string;
  readonly node: string;
  readonly cores: number;
  /** Of the machine at the start and at the end: others may have worked on it. */
  readonly loadAverage: readonly [number, number];
  readonly seed: number;
  readonly effort: Effort;
  readonly results: readonly RowResult[];
}

export type Verdict = Check['verdict'] | 'not run' | 'bed failed';

/** The worst of its checks; a row that could not be run says so. */
export function verdictOf({ lack, problem, checks }: RowResult): Verdict {
  if (lack !== undefined) return 'not run';
  if (problem !== undefined || checks.length === 0) return 'bed failed';
  for (const verdict of ['broken', 'undecided'] as const) {
    if (checks.some((check) => check.verdict === verdict)) return verdict;
  }
  return 'held';
}

/** What a result says of its row, without what was seen. */
export const describe = ({ id, fault, load, expected, needs }: FaultRow, subject: Subject) => ({
  ...{ id, fault, load, expected, needs },
  subject,
});

/** F2 before F10, and words after numbers. */
export function byCatalogue(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id.localeCompare(b.id, 'en', { numeric: true });
}
