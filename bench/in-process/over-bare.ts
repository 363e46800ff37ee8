import { mean, median, sampleStandardDeviation } from 'simple-statistics';
import { tQuantile } from '../measure/statistics.ts';
import type { Route } from './closed-loop.ts';
import type { Slice } from './subject.ts';

/** One slice of load with where it belongs: a life is one process of each variant, a round runs each of them once. */
export interface Sample extends Slice {
  readonly variant: string;
  readonly route: Route;
  readonly life: number;
  readonly round: number;
  /** Different spans that arrived, per request. */
  readonly spans: number;
}

export interface OverBare {
  readonly variant: string;
  readonly route: Route;
  /** Microseconds of CPU a request, all threads: median of all slices. */
  readonly micros: number;
  /** Microseconds over bare: mean of the lives, each the median of its rounds. */
  readonly over: number;
  /** Bounds of its 95 % interval; infinite with one life. */
  readonly low: number;
  readonly high: number;
  /** What of it the application's own thread spent. */
  readonly threadOver: number;
  /** Different spans that arrived, per request. */
  readonly spans: number;
}

/**
 * What a variant costs over bare on one route. Slices of one round are compared with each other only; lives are the independent
 * measurements, because each process compiles its code anew and stays with what it got. The bases are averaged.
 * @throws when a round has no base.
 */
export function overBare(
  samples: readonly Sample[],
  variant: string,
  route: Route,
  bases: readonly string[],
): OverBare {
  const ofRoute = samples.filter((sample) => sample.route === route);
  const own = ofRoute.filter((sample) => sample.variant === variant);
  const over = (key: 'micros' | 'threadMicros') =>
    [...Map.groupBy(own, ({ life }) => life).values()].map((rounds) =>
      median(rounds.map((sample) => sample[key] - baseOf(ofRoute, sample, bases, key))),
    );
  const lives = over('micros');
  const centre = mean(lives);
  const reach =
    lives.length < 2
      ? Number.POSITIVE_INFINITY
      : (tQuantile(lives.length - 1) * sampleStandardDeviation(lives)) / Math.sqrt(lives.length);
  return {
    variant,
    route,
    micros: median(own.map(({ micros }) => micros)),
    over: centre,
    low: centre - reach,
    high: centre + reach,
    threadOver: mean(over('threadMicros')),
    spans: mean(own.map(({ spans }) => spans)),
  };
}

function baseOf(
  samples: readonly Sample[],
  { life, round }: Sample,
  bases: readonly string[],
  key: 'micros' | 'threadMicros',
): number {
  const found = samples.filter((one) => one.life === life && one.round === round && bases.includes(one.variant));
  if (found.length === 0) throw new Error(`no base in life ${life}, round ${round}`);
  return mean(found.map((one) => one[key]));
}
