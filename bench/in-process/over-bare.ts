import { mean, median, sampleStandardDeviation } from 'simple-statistics';
import { tQuantile } from '../measure/statistics.ts';
import type { Route } from './closed-loop.ts';
import type { Slice } from './subject.ts';

/** One slice of load with where it belongs: a life is one process of each variant, in a round each of them runs once. */
export interface Sample extends Slice {
  readonly variant: string;
  readonly route: Route;
  readonly life: number;
  /** Different spans that arrived, per request. */
  readonly spans: number;
}

export interface OverBare {
  readonly variant: string;
  readonly route: Route;
  /** Microseconds of CPU a request, all threads: median of the lives. */
  readonly micros: number;
  /** Microseconds over bare: mean of the lives. */
  readonly over: number;
  /** Bounds of its 95 % interval; infinite with one life. */
  readonly low: number;
  readonly high: number;
  /** What of it the application's own thread spent. */
  readonly threadOver: number;
  /** Different spans that arrived, per request. */
  readonly spans: number;
}

type Figure = 'micros' | 'threadMicros';

/**
 * What a variant costs over bare on one route. Of each life the quieter half of the slices counts, for variant and base alike:
 * what other programs do to a slice only adds to it. Lives are the independent measurements, because each process compiles its
 * code anew and stays with what it got. Bases are averaged.
 * @throws when a life has no base.
 */
export function overBare(
  samples: readonly Sample[],
  variant: string,
  route: Route,
  bases: readonly string[],
): OverBare {
  const lives = [
    ...Map.groupBy(
      samples.filter((sample) => sample.route === route),
      ({ life }) => life,
    ).values(),
  ];
  const own = (life: readonly Sample[], figure: Figure) => quiet(life, variant, figure);
  const base = (life: readonly Sample[], figure: Figure) => mean(bases.map((name) => quiet(life, name, figure)));
  const overs = lives.map((life) => own(life, 'micros') - base(life, 'micros'));
  const centre = mean(overs);
  const reach =
    overs.length < 2
      ? Number.POSITIVE_INFINITY
      : (tQuantile(overs.length - 1) * sampleStandardDeviation(overs)) / Math.sqrt(overs.length);
  return {
    variant,
    route,
    micros: median(lives.map((life) => own(life, 'micros'))),
    over: centre,
    low: centre - reach,
    high: centre + reach,
    threadOver: mean(lives.map((life) => own(life, 'threadMicros') - base(life, 'threadMicros'))),
    spans: mean(samples.filter((one) => one.variant === variant && one.route === route).map(({ spans }) => spans)),
  };
}

function quiet(life: readonly Sample[], variant: string, figure: Figure): number {
  const values = life.filter((sample) => sample.variant === variant).map((sample) => sample[figure]);
  if (values.length === 0) throw new Error(`no slice of ${variant} in this life`);
  return mean(values.sort((one, other) => one - other).slice(0, Math.ceil(values.length / 2)));
}
