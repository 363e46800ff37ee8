import type { OverheadResult, RouteResult } from './result.ts';

/** A row that differs from the same row of an earlier result by more than both intervals. */
export interface Change {
  readonly variant: string;
  readonly module: string;
  readonly route: string;
  readonly before: number;
  readonly now: number;
  readonly verdict: 'costs more' | 'costs less';
}

const keyOf = ({ variant, module, route }: RouteResult): string => `${variant} ${module} ${route}`;

/** Rows whose ratio to bare no longer lies where it did: the two 95 % intervals do not touch. Never throws. */
export function changesOf(now: OverheadResult, before: OverheadResult): Change[] {
  const known = new Map(before.routes.map((row) => [keyOf(row), row]));
  return now.routes.flatMap((row): Change[] => {
    const old = known.get(keyOf(row));
    if (old === undefined) return [];
    const { variant, module, route } = row;
    const change = { variant, module, route, before: old.cpuRatio.ratio, now: row.cpuRatio.ratio };
    if (row.cpuRatio.low > old.cpuRatio.high) return [{ ...change, verdict: 'costs more' }];
    if (row.cpuRatio.high < old.cpuRatio.low) return [{ ...change, verdict: 'costs less' }];
    return [];
  });
}
