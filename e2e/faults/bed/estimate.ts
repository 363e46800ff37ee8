import { mean, sampleVariance } from 'simple-statistics';
import { tQuantile } from '../../../bench/measure/statistics.ts';

/** A value with its 95 % interval. */
export interface Estimate {
  readonly middle: number;
  readonly low: number;
  readonly high: number;
}

const around = (middle: number, reach: number): Estimate => ({ middle, low: middle - reach, high: middle + reach });

/** Mean with Student's interval; without bounds for fewer than two values. */
export function meanWithInterval(values: readonly number[]): Estimate {
  if (values.length < 2) return around(values[0] ?? 0, Number.POSITIVE_INFINITY);
  const list = [...values];
  return around(mean(list), tQuantile(list.length - 1) * Math.sqrt(sampleVariance(list) / list.length));
}

/** How much the first list's mean is above the second's, with Welch's interval; without bounds where a list has no spread to show. */
export function differenceOfMeans(values: readonly number[], base: readonly number[]): Estimate {
  if (Math.min(values.length, base.length) < 2) return around(0, Number.POSITIVE_INFINITY);
  const parts = [values, base].map((one) => ({ of: sampleVariance([...one]) / one.length, freedom: one.length - 1 }));
  const variance = parts.reduce((sum, { of }) => sum + of, 0);
  const weight = parts.reduce((sum, { of, freedom }) => sum + of ** 2 / freedom, 0);
  const freedom = weight === 0 ? 1 : Math.max(1, Math.floor(variance ** 2 / weight));
  return around(mean([...values]) - mean([...base]), tQuantile(freedom) * Math.sqrt(variance));
}
