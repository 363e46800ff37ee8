import {
  type Metric,
  NODEJS_EVENTLOOP_DELAY,
  NODEJS_EVENTLOOP_DELAY_MAX,
  NODEJS_EVENTLOOP_DELAY_MEAN,
  NODEJS_EVENTLOOP_DELAY_MIN,
  NODEJS_EVENTLOOP_DELAY_P50,
  NODEJS_EVENTLOOP_DELAY_P90,
  NODEJS_EVENTLOOP_DELAY_P99,
  NODEJS_EVENTLOOP_DELAY_STDDEV,
} from '@vigil/conventions';
import { all, type Collecting } from './collector.ts';
import { type DelaySummary, DelayWindow } from './delay-window.ts';
import { sharedReading } from './shared-reading.ts';

const GAUGES: readonly (readonly [Metric, (summary: DelaySummary) => number])[] = [
  [NODEJS_EVENTLOOP_DELAY_MIN, ({ minMicros }) => minMicros],
  [NODEJS_EVENTLOOP_DELAY_MAX, ({ maxMicros }) => maxMicros],
  [NODEJS_EVENTLOOP_DELAY_MEAN, ({ meanMicros }) => meanMicros],
  [NODEJS_EVENTLOOP_DELAY_STDDEV, ({ stddevMicros }) => stddevMicros],
  [NODEJS_EVENTLOOP_DELAY_P50, ({ p50Micros }) => p50Micros],
  [NODEJS_EVENTLOOP_DELAY_P90, ({ p90Micros }) => p90Micros],
  [NODEJS_EVENTLOOP_DELAY_P99, ({ p99Micros }) => p99Micros],
];

const MICROS_PER_SECOND = 1e6;

/**
 * Samples how late a timer is. Not by `monitorEventLoopDelay`: its histogram can be read by percentile only, so that buckets which add up
 * over instances cannot be made of it, and it counts its own resolution as delay (an idle process shows 10 ms).
 */
export function collectEventLoopDelay(
  { metrics, process, nowMillis }: Collecting,
  resolutionMillis: number,
): () => void {
  const histogram = metrics.histogram(NODEJS_EVENTLOOP_DELAY).series();
  const window = new DelayWindow();
  let last: number | undefined;
  const begin = nowMillis();
  const stop = process.every(resolutionMillis, () => {
    const now = nowMillis();
    // The clock of timers has whole milliseconds: one may come a little early.
    const late = Math.max(now - (last ?? begin) - resolutionMillis, 0);
    // Before the loop began the application was loaded, which delays nothing.
    const delayMillis = last === undefined ? Math.min(late, loopMillis(process)) : late;
    last = now;
    histogram.record(delayMillis / 1_000);
    window.record(delayMillis * 1_000, now);
  });
  const summary = sharedReading(() => window.summary(nowMillis()), nowMillis);
  const unobserve = GAUGES.map(([metric, micros]) =>
    metrics.observe(metric, (give) => {
      const recent = summary();
      if (recent !== undefined) give(micros(recent) / MICROS_PER_SECOND);
    }),
  );
  return all(stop, ...unobserve);
}

function loopMillis(process: Collecting['process']): number {
  const { active, idle } = process.eventLoopMillis();
  return active + idle;
}
