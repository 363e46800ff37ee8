import type { OverBare } from './over-bare.ts';

/** A run as it is written to a file. */
export interface InProcessResult {
  readonly measuredAt: string;
  readonly node: string;
  readonly processor: string;
  readonly lives: number;
  readonly rounds: number;
  readonly rows: readonly OverBare[];
}

export interface Change {
  readonly variant: string;
  readonly route: string;
  /** Over bare at that time, in microseconds of this run's machine. */
  readonly was: number;
  readonly is: number;
  /** The whole interval is above what was measured then, with the allowance. */
  readonly isRegression: boolean;
}

/** What a machine that was busy in another way may add: a part of the figure, and of a microsecond. */
const ALLOWED_SHARE = 0.1;
const ALLOWED_MICROS = 0.5;

/**
 * Holds a run against an earlier one, row by row; rows only one of them has are left out. Another machine, or the same on another
 * day, is faster or slower as a whole: earlier figures are scaled by what the bare application took then and takes now. Never throws.
 */
export function compareResults(now: InProcessResult, earlier: InProcessResult, base: string): readonly Change[] {
  return now.rows.flatMap((row) => {
    const before = rowOf(earlier, row.variant, row.route);
    const [baseNow, baseThen] = [rowOf(now, base, row.route), rowOf(earlier, base, row.route)];
    if (before === undefined || baseNow === undefined || baseThen === undefined || row.variant === base) return [];
    const scale = baseNow.micros / baseThen.micros;
    const limit = before.high * scale * (1 + ALLOWED_SHARE) + ALLOWED_MICROS;
    const { variant, route, over, low } = row;
    return [{ variant, route, was: before.over * scale, is: over, isRegression: low > limit }];
  });
}

const rowOf = ({ rows }: InProcessResult, variant: string, route: string): OverBare | undefined =>
  rows.find((row) => row.variant === variant && row.route === route);
