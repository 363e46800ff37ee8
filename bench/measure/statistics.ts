import { mean, median, quantile, sampleStandardDeviation } from 'simple-statistics';

/** 97.5 % quantile of Student's t, for 1 … 30 degrees of freedom. */
const T_QUANTILES: readonly number[] = [
  12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.306, 2.2622, 2.2281, 2.201, 2.1788, 2.1604, 2.1448, 2.1314,
  2.1199, 2.1098, 2.1009, 2.093, 2.086, 2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484, 2.0452, 2.0423,
];
const NORMAL_QUANTILE = 1.959964;

/** How far a mean may be off at 95 %, in standard errors; beyond 30 degrees of freedom by expansion, off by less than 0.0002. */
export function tQuantile(degreesOfFreedom: number): number {
  const exact = T_QUANTILES[degreesOfFreedom - 1];
  if (exact !== undefined) return exact;
  const z = NORMAL_QUANTILE;
  const first = (z ** 3 + z) / (4 * degreesOfFreedom);
  return z + first + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * degreesOfFreedom ** 2);
}

export interface Spread {
  readonly median: number;
  readonly lowerQuartile: number;
  readonly upperQuartile: number;
  readonly least: number;
  readonly most: number;
}

/** Median, quartiles and extremes. @throws when there is no value. */
export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) throw new Error('spreadOf: expected at least one value, got none');
  const list = [...values];
  return {
    median: median(list),
    lowerQuartile: quantile(list, 0.25),
    upperQuartile: quantile(list, 0.75),
    least: Math.min(...list),
    most: Math.max(...list),
  };
}

export interface Ratio {
  /** Geometric mean of the pairs' ratios. */
  readonly ratio: number;
  /** Bounds of its 95 % interval; 0 and infinity for a single pair. */
  readonly low: number;
  readonly high: number;
  readonly pairs: number;
}

/**
 * How many times the base a value is, from pairs measured right after each other: mean of the logarithms of their ratios
 * with Student's interval, so that halves and doubles weigh alike. Pairs with a value that is not above 0 are left out.
 * @throws when no pair is left.
 */
export function pairedRatio(pairs: readonly (readonly [value: number, base: number])[]): Ratio {
  const logs = pairs.flatMap(([value, base]) => (value > 0 && base > 0 ? [Math.log(value / base)] : []));
  if (logs.length === 0) throw new Error('pairedRatio: expected at least one pair of values above 0, got none');
  const centre = mean(logs);
  if (logs.length === 1) return { ratio: Math.exp(centre), low: 0, high: Number.POSITIVE_INFINITY, pairs: 1 };
  const reach = (tQuantile(logs.length - 1) * sampleStandardDeviation(logs)) / Math.sqrt(logs.length);
  return {
    ratio: Math.exp(centre),
    low: Math.exp(centre - reach),
    high: Math.exp(centre + reach),
    pairs: logs.length,
  };
}

/**
 * Places of the values that lie further than 1.5 quartile distances (Tukey's fences) beyond the quartiles: to be reported,
 * not removed. None with fewer than 5 values. Never throws.
 */
export function outliersOf(values: readonly number[]): readonly number[] {
  if (values.length < 5) return [];
  const { lowerQuartile, upperQuartile } = spreadOf(values);
  const fence = 1.5 * (upperQuartile - lowerQuartile);
  return values.flatMap((value, place) =>
    value < lowerQuartile - fence || value > upperQuartile + fence ? [place] : [],
  );
}
